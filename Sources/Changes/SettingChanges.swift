public import Telephony

/// All that was changed while running, on top of what the configuration's file says; as a value.
///
/// It knows nothing of what settings mean, nor of the file: whoever reads the file with these on top judges them.
public struct SettingChanges: Sendable, Equatable {
  private var byTarget: [SettingChange.Target: SettingChange] = [:]

  /// Of two for the same key the later one counts.
  public init(_ changes: [SettingChange] = []) {
    for change in changes {
      if let other = byTarget[change.target], other.changedAt > change.changedAt { continue }
      byTarget[change.target] = change
    }
  }

  /// By subject and key.
  public var inOrder: [SettingChange] { byTarget.values.sorted { $0.target < $1.target } }

  /// The one for this key, if any.
  public subscript(target: SettingChange.Target) -> SettingChange? { byTarget[target] }

  /// Who changes something, and when.
  public struct Author: Sendable, Hashable {
    /// The Unix user.
    public var user: UInt32
    /// Wall milliseconds since 1970.
    public var at: Int64

    /// Both as given.
    public init(user: UInt32, at: Int64) {
      self.user = user
      self.at = at
    }
  }

  /// These keys have these values from now on, as JSON; nil: as if the file did not name them. A table takes the place of
  /// changes that were made within it.
  public mutating func set(_ values: [String: String?], of subject: SettingSubject, by author: Author) {
    for (key, value) in values {
      for target in byTarget.keys where target.subject == subject && target.key.hasPrefix(key + ".") {
        byTarget[target] = nil
      }
      put(key, value, subject, author)
    }
    // Somebody who was taken out of a queue serves it again.
    let existence = SettingChange.Target(subject: subject, key: SettingChange.existence)
    if case .membership = subject, byTarget[existence]?.value == "false" {
      put(SettingChange.existence, "true", subject, author)
    }
  }

  /// A table of its own, with these keys and nothing of the file's.
  public mutating func add(_ subject: SettingSubject, _ values: [String: String?], by author: Author) {
    drop { $0 == subject }
    put(SettingChange.existence, "true", subject, author)
    set(values, of: subject, by: author)
  }

  /// The table is not there any more, nor what was changed of it and of memberships in it.
  public mutating func remove(_ subject: SettingSubject, by author: Author) {
    reset(subject)
    put(SettingChange.existence, "false", subject, author)
  }

  /// As the file says again; of a queue or an agent, their memberships too.
  public mutating func reset(_ subject: SettingSubject) {
    drop { other in
      switch subject {
      case .queue(let queue): other.queue == queue
      case .agent(let agent): other.agent == agent
      case .membership, .code: other == subject
      }
    }
  }

  /// Forgets one change.
  public mutating func forget(_ target: SettingChange.Target) { byTarget[target] = nil }

  private mutating func drop(_ isDropped: (SettingSubject) -> Bool) {
    byTarget = byTarget.filter { !isDropped($0.key.subject) }
  }

  private mutating func put(_ key: String, _ value: String?, _ subject: SettingSubject, _ author: Author) {
    let change = SettingChange(subject: subject, key: key, value: value, user: author.user, changedAt: author.at)
    byTarget[change.target] = change
  }
}
