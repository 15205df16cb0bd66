import Glibc
import Telephony

extension DaemonConfiguration {
  /// A configuration that may be used, and what its administrator should look at all the same.
  public struct Loaded: Sendable {
    /// What was read.
    public var configuration: DaemonConfiguration
    /// By place.
    public var warnings: [Fault]
    /// To be read again with changes on top.
    public var source: ConfigurationSource
  }

  /// Reads a file and the files it names, and checks all of it.
  ///
  /// Secrets are taken only from files that nobody but their owner can read. Reads the disk; call it once at start.
  ///
  /// `forReckoning`: nobody will telephone by it. Then it may be a copy that anybody can read, and files with secrets are not
  /// opened.
  /// - Throws: Every fault found, by place, the warnings among them.
  public static func load(path: String, read: @escaping NumberReaderFactory, forReckoning: Bool = false)
    throws(ConfigurationFaults) -> Loaded
  {
    let log = FaultLog(file: path)
    switch DiskFile.read(path, longest: DiskFile.longestConfiguration) {
    case .success(let file):
      return try parse(
        file.bytes, path: path, mode: forReckoning ? nil : file.mode, read: read, opensSecrets: !forReckoning, log: log)
    case .failure(let objection):
      log.error(.start, "the file " + objection.explanation)
      throw ConfigurationFaults(faults: log.inOrder)
    }
  }

  /// The same for a text that lies in no file of this name; files it names are looked for in the folder of `path`, and
  /// secrets may stand in it.
  public static func parse(text: String, path: String, read: @escaping NumberReaderFactory) throws(ConfigurationFaults)
    -> Loaded
  {
    try parse(Array(text.utf8), path: path, mode: nil, read: read, log: FaultLog(file: path))
  }

  private static func parse(
    _ bytes: [UInt8], path: String, mode: UInt32?, read: @escaping NumberReaderFactory, opensSecrets: Bool = true,
    log: FaultLog
  ) throws(ConfigurationFaults) -> Loaded {
    guard let document = TOMLValue(document: bytes, log: log), case .table(let entries) = document.content else {
      throw ConfigurationFaults(faults: log.inOrder)
    }
    let root = Section(name: "the file", place: document.place, entries: entries, log: log)
    var reading = ConfigurationReading(root: root, folder: Folder(of: path), mode: mode, makeReader: read)
    reading.opensSecrets = opensSecrets
    // A role meant for somebody must not silently be nobody's.
    reading.asksForAccounts = mode != nil
    let configuration = reading.run()
    let faults = log.inOrder
    guard !log.hasErrors else { throw ConfigurationFaults(faults: faults) }
    let source = ConfigurationSource(
      entries: entries, path: path, makeReader: read, configuration: configuration, warnings: faults)
    return Loaded(configuration: configuration, warnings: faults, source: source)
  }
}

/// Where the paths of a file begin.
struct Folder {
  /// Absolute, without a slash at its end unless it is the root.
  var path: String

  /// The folder that holds a file.
  init(of file: String) {
    let whole = file.hasPrefix("/") ? file : Self.current + "/" + file
    let parts = whole.split(separator: "/").dropLast()
    path = "/" + parts.filter { $0 != "." }.joined(separator: "/")
  }

  /// Takes an absolute path as it is, and puts the folder before any other.
  func absolute(_ file: String) -> String {
    if file.hasPrefix("/") { return file }
    return (path == "/" ? "" : path) + "/" + file
  }

  private static var current: String {
    guard let buffer = getcwd(nil, 0) else { return "" }
    defer { free(buffer) }
    return String(cString: buffer)
  }
}
