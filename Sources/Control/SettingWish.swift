public import Telephony

/// What a client wants to be different in the configuration, while the daemon runs. Keys and values are those of the file.
public enum SettingWish: Sendable, Equatable {
  /// These keys of a queue or an agent; null: as if the file did not name the key.
  case set(SettingSubject, [String: JSON])
  /// An agent serves a queue, with these keys of her place in it.
  case place(AgentID, QueueID, [String: JSON])
  /// A queue or an agent whom the file does not know.
  case add(SettingSubject, [String: JSON])
  /// These keys of a code, which is made where there is none.
  case define(CodeList, String, [String: JSON])
  /// A queue, an agent, her place in a queue, or a code.
  case remove(SettingSubject)
  /// As the file says again; nil: all of it.
  case reset(SettingSubject?)
}

/// One setting before and after a change.
public struct SettingDifference: Sendable, Equatable {
  /// Whose setting.
  public var subject: SettingSubject
  /// The key of the file's table; `exists` for the table itself.
  public var key: String
  /// Null where nobody named the key.
  public var old: JSON
  /// The same, from now on.
  public var new: JSON

  /// Puts it together.
  public init(subject: SettingSubject, key: String, old: JSON, new: JSON) {
    self.subject = subject
    self.key = key
    self.old = old
    self.new = new
  }
}

extension SettingDifference: Encodable {
  private enum Name: String, CodingKey { case key, old, new }

  /// Without the subject, which the notice around it names.
  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Name.self)
    try members.encode(key, forKey: .key)
    try members.encode(old, forKey: .old)
    try members.encode(new, forKey: .new)
  }
}
