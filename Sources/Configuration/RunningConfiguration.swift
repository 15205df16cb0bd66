public import Changes
import Control
import Telephony

/// A file as it was read, to be read again with changes on top.
public struct ConfigurationSource: Sendable {
  let entries: [TOMLEntry]
  let path: String
  let makeReader: NumberReaderFactory
  /// What the file says by itself.
  public let configuration: DaemonConfiguration
  /// What is doubtful of it.
  let warnings: Set<String>

  /// `entries` are those of the whole file. Only tables that are read again are kept: no secret lies in them.
  init(
    entries: [TOMLEntry], path: String, makeReader: @escaping NumberReaderFactory, configuration: DaemonConfiguration,
    warnings: [Fault]
  ) {
    self.warnings = Set(warnings.map(\.message))
    self.entries = entries.filter { ConfigurationReading.Part.tablesReadAgain.contains($0.key) }
    self.path = path
    self.makeReader = makeReader
    self.configuration = configuration
  }
}

/// What the daemon runs by: its file, and on top of it what was changed while running. A value; making one reads no file
/// but WAV files that a change names.
public struct RunningConfiguration: Sendable {
  let source: ConfigurationSource
  /// The two together.
  public private(set) var configuration: DaemonConfiguration
  /// Everything that was changed, in force or not.
  public private(set) var changes: SettingChanges
  /// Changes that do not fit the file any more, each with the reason: they are kept, and are not in force.
  public private(set) var aside: [SettingChange.Target: String] = [:]
  /// The tables of the file with what is in force on top.
  private(set) var tables: ChangedTables
  /// What is doubtful of the two together.
  private(set) var warnings: Set<String>

  /// What does not fit is set aside.
  public init(_ source: ConfigurationSource, changes: SettingChanges) {
    self.source = source
    self.changes = changes
    configuration = source.configuration
    warnings = source.warnings
    tables = ChangedTables(source.entries)
    while true {
      let inForce = changes.inOrder.filter { aside[$0.target] == nil }
      let outcome = Self.read(source, inForce)
      for (target, reason) in outcome.unfit { aside[target] = reason }
      if outcome.unfit.isEmpty {
        if outcome.elsewhere.isEmpty {
          configuration = outcome.configuration
          tables = outcome.tables
          warnings = outcome.warnings
          return
        }
        // Something of the file is wrong with them on top: because of one of them, of several, or of all together.
        if let culprit = Self.culprit(source, inForce, outcome.elsewhere) {
          aside[culprit.target] = culprit.reason
          continue
        }
        for change in inForce { aside[change.target] = outcome.elsewhere.joined(separator: "; ") }
        if inForce.isEmpty { return }
      }
    }
  }

  /// The change without which the least is wrong of the file, and less than with it, and what is not wrong then; of several
  /// the first. Others that are to blame are found when it is aside.
  private static func culprit(
    _ source: ConfigurationSource, _ inForce: [SettingChange], _ wrong: [String]
  ) -> (target: SettingChange.Target, reason: String)? {
    var best: (target: SettingChange.Target, left: [String])?
    for change in inForce {
      let without = read(source, inForce.filter { $0 != change })
      // One that another needs is not to blame.
      guard without.unfit.isEmpty, without.elsewhere.count < best?.left.count ?? wrong.count else { continue }
      best = (change.target, without.elsewhere)
      if without.elsewhere.isEmpty { break }
    }
    return best.map { best in
      (best.target, wrong.filter { !best.left.contains($0) }.joined(separator: "; "))
    }
  }

  /// After a change of `old`, of which nothing is set aside, when the two together have been read already.
  init(_ old: RunningConfiguration, changes: SettingChanges, as outcome: Outcome) {
    source = old.source
    self.changes = changes
    configuration = outcome.configuration
    tables = outcome.tables
    warnings = outcome.warnings
  }

  struct Outcome {
    var configuration: DaemonConfiguration
    var tables: ChangedTables
    /// Changes that are wrong, or fit nowhere.
    var unfit: [SettingChange.Target: String] = [:]
    /// What is wrong with the file when they are laid over it, with its place.
    var elsewhere: [String] = []
    /// What is doubtful.
    var warnings: Set<String> = []

    var isInOrder: Bool { unfit.isEmpty && elsewhere.isEmpty }
  }

  /// The file with changes laid over it in their order.
  static func read(_ source: ConfigurationSource, _ changes: [SettingChange]) -> Outcome {
    var tables = ChangedTables(source.entries)
    guard !changes.isEmpty else {
      return Outcome(configuration: source.configuration, tables: tables, warnings: source.warnings)
    }
    var unfit: [SettingChange.Target: String] = [:]
    for (index, change) in changes.enumerated() {
      if let reason = tables.apply(change, at: .change(index)) { unfit[change.target] = reason }
    }
    for case .queue(let queue) in changes.filter(\.takesAway).map(\.subject) { tables.forgetMembers(of: queue) }
    let log = FaultLog(file: source.path)
    let root = Section(name: "the file", place: .start, entries: tables.entries, log: log)
    var reading = ConfigurationReading(
      root: root, folder: Folder(of: source.path), mode: nil, makeReader: source.makeReader)
    var outcome = Outcome(
      configuration: reading.runAgain(from: source.configuration), tables: tables, unfit: unfit)
    for fault in log.inOrder {
      let change = Place(line: fault.line, column: fault.column).change.flatMap {
        changes.indices.contains($0) ? changes[$0] : nil
      }
      switch (fault.severity, change) {
      case (.warning, _): outcome.warnings.insert(fault.message)
      case (.error, let change?):
        let earlier = outcome.unfit[change.target].map { $0 + "; " } ?? ""
        outcome.unfit[change.target] = earlier + fault.message
      case (.error, nil): outcome.elsewhere.append("\(fault.file):\(fault.line):\(fault.column): \(fault.message)")
      }
    }
    return outcome
  }
}

extension Place {
  /// Of the values of a change: no file has a line 0. A fault behind the beginning of a text stands so many columns on.
  static func change(_ index: Int) -> Place { Place(line: 0, column: index << 20) }

  var change: Int? { line == 0 ? column >> 20 : nil }
  /// In the file.
  var isInFile: Bool { line > 0 }
}
