/// One thing that is wrong, or worth a second look, in a file that people write.
public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file as it was named to us.
  public var file: String
  /// From 1.
  public var line: Int
  /// From 1, in Unicode code points.
  public var column: Int
  /// Whether the file can be used all the same.
  public var severity: Severity
  /// What is wrong and what was meant, in one line.
  public var message: String

  /// How bad it is.
  public enum Severity: String, Sendable, Codable {
    /// The file is refused.
    case error
    /// The file is taken.
    case warning
  }

  /// Puts a fault together.
  public init(file: String, line: Int, column: Int, severity: Severity = .error, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.severity = severity
    self.message = message
  }

  /// `file:line:column: error: message`, as compilers write it and editors understand it.
  public var description: String { "\(file):\(line):\(column): \(severity.rawValue): \(message)" }
}

/// Everything that was found in files that cannot be used; at least one of the faults is an error.
public struct ConfigurationFaults: Error, Sendable, CustomStringConvertible {
  /// Errors and warnings, by file and place.
  public var faults: [Fault]

  /// Takes them in order.
  public init(faults: [Fault]) { self.faults = faults }

  /// One fault a line.
  public var description: String { faults.map(\.description).joined(separator: "\n") }
}
