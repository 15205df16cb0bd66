import Telephony

/// Reads the tables one after another; what later ones refer to comes first.
struct ConfigurationReading {
  let root: Section
  let folder: Folder
  /// Of the file, where secrets may stand only if nobody else can read it; nil: not asked.
  let mode: UInt32?
  let makeReader: NumberReaderFactory
  /// Whether files with secrets are read.
  var opensSecrets = true
  /// Whether users and groups must be of this machine.
  var asksForAccounts = false

  var log: FaultLog { root.log }
  var configuration = DaemonConfiguration()
  /// Made as soon as country and area are known.
  var read: NumberReader = { .failure(.notANumber($0)) }
  /// What stands in the file was judged before: its WAV files are not looked at again.
  var trustsFile = false
  /// Where relative WAV files lie.
  var sounds: Folder
  /// Read in two goes: what is a number must be known before anything else.
  lazy var dialing = root.section("dialing")
  var defaultMusic: String?
  /// The tables of `configuration.queues`, in their order, for what can be told only when more is known.
  var writtenQueues: [WrittenQueue] = []
  /// The same of `configuration.agents`.
  var writtenAgents: [Section] = []

  init(root: Section, folder: Folder, mode: UInt32?, makeReader: @escaping NumberReaderFactory) {
    self.root = root
    self.folder = folder
    self.mode = mode
    self.makeReader = makeReader
    sounds = folder
  }

  /// Everything; faults go to the log.
  mutating func run() -> DaemonConfiguration {
    for part in Part.allCases { read(part) }
    readPlaces()
    root.finish()
    return configuration
  }

  /// A number as people write it; reported when it is none.
  func number(_ key: String, in section: Section) -> PhoneNumber? {
    guard let text = section.string(key) else { return nil }
    switch read(text.value) {
    case .success(let dialled): return dialled.number
    case .failure(let fault):
      log.error(text.place, "\(key): \(fault.explanation)")
      return nil
    }
  }

  /// A path, made absolute.
  func path(_ key: String, in section: Section) -> String? {
    guard let text = section.string(key) else { return nil }
    guard !text.value.isEmpty, !text.value.utf8.contains(0) else {
      log.error(text.place, "\(key) must be a path")
      return nil
    }
    return folder.absolute(text.value)
  }

  /// The absolute path of a WAV file that can be played.
  func sound(_ key: String, in section: Section) -> String? {
    section.string(key).flatMap { sound($0, key: key) }
  }

  func sound(_ text: Written<String>, key: String) -> String? {
    let path = sounds.absolute(text.value)
    if trustsFile, text.place.isInFile { return path }
    if let objection = WAVHeader.objection(to: path) {
      log.error(text.place, "\(key): \(quoted(path)) \(objection)")
      return nil
    }
    return path
  }
}
