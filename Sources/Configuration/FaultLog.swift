import Control
import Telephony

/// Gathers the faults of one file while it is read, so that all are told at once; and which keys each table can have, by
/// which the manual is checked.
///
/// Used by one reading only, and not shared between tasks.
final class FaultLog {
  let file: String
  private(set) var faults: [Fault] = []
  /// By the table's name, as people know it.
  private(set) var knownKeys: [String: Set<String>] = [:]
  /// A hostile or garbled file could have one per byte.
  private static let mostFaults = 100

  init(file: String) { self.file = file }

  func error(_ place: Place, _ message: @autoclosure () -> String) { add(place, .error, message) }
  func warning(_ place: Place, _ message: @autoclosure () -> String) { add(place, .warning, message) }

  /// Takes over what was found in another file.
  func add(_ others: [Fault]) { faults += others }

  /// A table was read, and these keys were asked for.
  func know(_ keys: Set<String>, of table: String) { knownKeys[table, default: []].formUnion(keys) }

  var hasErrors: Bool { faults.contains { $0.severity == .error } }

  /// By file, the main one first, then by place.
  var inOrder: [Fault] {
    faults.sorted {
      ($0.file == file ? 0 : 1, $0.file, $0.line, $0.column, $0.message)
        < ($1.file == file ? 0 : 1, $1.file, $1.line, $1.column, $1.message)
    }
  }

  /// What is not kept is not worded either: looking for the nearest name takes time.
  private func add(_ place: Place, _ severity: Fault.Severity, _ message: () -> String) {
    guard faults.count < Self.mostFaults else {
      // A file must not be taken because its warnings came first.
      if severity == .error, !hasErrors { faults.append(fault(place, severity, message())) }
      return
    }
    faults.append(fault(place, severity, message()))
    if faults.count == Self.mostFaults { faults.append(fault(place, .warning, "there is more, not shown")) }
  }

  private func fault(_ place: Place, _ severity: Fault.Severity, _ message: String) -> Fault {
    Fault(file: file, line: place.line, column: place.column, severity: severity, message: message)
  }
}

/// A text of the file as it may stand in a message: in quotes, short, without anything that could disturb a terminal.
func quoted(_ text: String) -> String {
  let longest = 60
  let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(longest))).safeForDisplay
  return "'\(start)\(text.unicodeScalars.dropFirst(longest).isEmpty ? "" : "…")'"
}

/// `; did you mean 'x'?`, or nothing.
func guess(_ name: String, among names: some Sequence<String>) -> String {
  Spelling.nearest(to: name, among: names.sorted()).map { "; did you mean '\($0)'?" } ?? ""
}
