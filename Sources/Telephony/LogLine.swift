/// One line of the log: a fixed sentence, and values as fields, so that lines can be searched and no value forges one.
public struct LogLine: Sendable, Equatable {
  /// Who should care.
  public enum Level: Int, Sendable, Comparable, CaseIterable {
    /// Each decision.
    case debug
    /// What an administrator follows: calls, agents, registrations.
    case info
    /// Something is wrong that somebody should look at soon.
    case warning
    /// Somebody should be woken.
    case error
    /// From the least to the most.
    public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
  }
  /// Who should care.
  public var level: Level
  /// A fixed sentence without values.
  public var message: String
  /// The contact that it is about: on every line that is about one.
  public var contact: ContactID?
  /// Values, in the order to be printed; raw, escaped by the one sink that prints.
  public var fields: [Field]

  /// A named value.
  public struct Field: Sendable, Equatable {
    /// One word.
    public var name: String
    /// Raw.
    public var value: String
    /// Puts it together.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Puts a line together.
  public init(
    _ level: Level, _ message: String, contact: ContactID? = nil, _ fields: KeyValuePairs<String, String> = [:]
  ) {
    self.level = level
    self.message = message
    self.contact = contact
    self.fields = fields.map { Field(name: $0.key, value: $0.value) }
  }
}

/// Where lines go. Returns at once; safe from every thread.
public typealias Log = @Sendable (LogLine) -> Void
