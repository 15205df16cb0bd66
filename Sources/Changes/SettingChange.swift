public import Telephony

/// One setting that is not as the configuration's file has it, since somebody changed it while the daemon ran.
public struct SettingChange: Hashable, Sendable {
  /// Whose setting.
  public var subject: SettingSubject
  /// The key of the file's table, with a dot before a key of a table within; or `existence`.
  public var key: String
  /// As JSON; nil: as if the file did not name the key. Of `existence`: `true` for a table that stands for itself, whatever
  /// the file says, `false` for one that is not there.
  public var value: String?
  /// The Unix user who changed it.
  public var user: UInt32
  /// When, in wall milliseconds since 1970.
  public var changedAt: Int64

  /// The key of whether the table is there at all; none of the file's is called so.
  public static let existence = "exists"

  /// Puts it together.
  public init(subject: SettingSubject, key: String, value: String?, user: UInt32, changedAt: Int64) {
    self.subject = subject
    self.key = key
    self.value = value
    self.user = user
    self.changedAt = changedAt
  }

  /// Whether it takes the whole table away.
  public var takesAway: Bool { key == Self.existence && value == "false" }

  /// What it changes: a later change of the same takes its place.
  public var target: Target { Target(subject: subject, key: key) }

  /// One key of one table.
  public struct Target: Hashable, Sendable, Comparable {
    /// Whose setting.
    public var subject: SettingSubject
    /// Which one.
    public var key: String

    /// Both as given.
    public init(subject: SettingSubject, key: String) {
      self.subject = subject
      self.key = key
    }

    /// By subject; whether it exists comes first, and a table before what lies in it.
    public static func < (a: Target, b: Target) -> Bool {
      if a.subject != b.subject { return a.subject < b.subject }
      let (first, second) = (a.key != existence, b.key != existence)
      return first == second ? a.key < b.key : !first
    }
  }
}

/// Where changes are kept over a restart.
public protocol SettingChangeStore: Sendable {
  /// These and no others from now on; durable when it returns.
  func save(_ changes: [SettingChange]) async throws
  /// What was saved last, in no order.
  func settingChanges() async throws -> [SettingChange]
}
