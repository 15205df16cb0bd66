/// A password that no log, event or dump may show.
public struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The password itself: for the SIP engine alone.
  public let text: String

  /// Takes it as it stands.
  public init(_ text: String) { self.text = text }

  /// Never the password.
  public var description: String { "(secret)" }
  /// Never the password.
  public var debugDescription: String { description }
  /// Never the password.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
