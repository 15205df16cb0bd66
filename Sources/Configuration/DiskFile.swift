import Glibc

/// A small file read whole, with what its owner allows others.
struct DiskFile {
  var bytes: [UInt8]
  /// Permission bits.
  var mode: UInt32

  static let longestConfiguration = 1 << 20
  static let longestSecret = 4096

  /// Why a file was not read.
  enum Objection: Error, Equatable {
    case cannotOpen(reason: String), notAFile, tooLong(Int)

    var explanation: String {
      switch self {
      case .cannotOpen(let reason): "cannot be read: \(reason)"
      case .notAFile: "is no ordinary file"
      case .tooLong(let longest): "is longer than \(longest) bytes"
      }
    }
  }

  /// Mode and content are of the same opened file, whatever happens to its name meanwhile.
  static func read(_ path: String, longest: Int) -> Result<DiskFile, Objection> {
    withOpen(path) { descriptor, status in
      guard status.st_size <= longest else { return .failure(.tooLong(longest)) }
      var bytes: [UInt8] = []
      var part = [UInt8](repeating: 0, count: 65536)
      while bytes.count <= longest {
        let count = Glibc.read(descriptor, &part, part.count)
        if count < 0 { return .failure(.cannotOpen(reason: reason(errno))) }
        if count == 0 { return .success(DiskFile(bytes: bytes, mode: status.st_mode & 0o7777)) }
        bytes += part[..<count]
      }
      return .failure(.tooLong(longest))
    }
  }

  /// Opens an ordinary file for reading, never waiting for a pipe's other end.
  static func withOpen<Value>(
    _ path: String, _ body: (Int32, stat) -> Result<Value, Objection>
  ) -> Result<Value, Objection> {
    // The system would see the path only up to a NUL.
    guard !path.utf8.contains(0), path.utf8.count < Int(PATH_MAX) else {
      return .failure(.cannotOpen(reason: "no such name"))
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return .failure(.cannotOpen(reason: reason(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return .failure(.cannotOpen(reason: reason(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { return .failure(.notAFile) }
    return body(descriptor, status)
  }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT: "there is no such file"
    case EACCES: "permission denied"
    case ENOTDIR: "a part of its path is no folder"
    case ELOOP: "too many links"
    default: "error \(code) of the system"
    }
  }
}

/// Permission bits as people write them.
func octal(_ mode: UInt32) -> String {
  let digits = String(mode & 0o777, radix: 8)
  return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
