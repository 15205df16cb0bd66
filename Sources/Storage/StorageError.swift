/// What can go wrong with what is kept; each says where and what.
public enum StorageError: Error, Equatable, Sendable {
  /// The file is not opened as it stands: a link, a folder, another program's database, a folder that is not there.
  case refused(path: String, reason: String)
  /// A newer release has written the file; this one would lose what it does not know.
  case newerSchema(path: String, found: Int, known: Int)
  /// `close` has been called.
  case closed
  /// SQLite's extended result code, its sentence, and what was being done.
  case sqlite(code: Int32, message: String, during: String)

  /// One sentence for people.
  public var explanation: String {
    switch self {
    case .refused(let path, let reason): "\(path): \(reason)"
    case .newerSchema(let path, let found, let known):
      "\(path): written by a newer release (schema \(found), this one knows up to \(known)): run that release"
    case .closed: "the database is closed"
    case .sqlite(let code, let message, let during): "\(during): \(message) (SQLite \(code))"
    }
  }
}
