/// What a supervisor dials on her own phone, without a client: this, and then the agent's number.
public struct MonitorCode: Sendable, Hashable, CustomStringConvertible {
  /// As it is dialled.
  public let text: String

  /// Nil when it is not 1 to 8 digits and asterisks.
  public init?(_ text: String) {
    guard (1...8).contains(text.utf8.count),
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "*") })
    else { return nil }
    self.text = text
  }

  private init(known text: String) { self.text = text }

  /// `*55`
  public static let usual = MonitorCode(known: "*55")

  /// As it is dialled.
  public var description: String { text }

  /// The number that stands behind it; nil for what does not begin with the code, or ends with it. Untrusted text: what
  /// comes back is as long as what came.
  public func number(in dialled: String) -> String? {
    guard dialled.utf8.starts(with: text.utf8), dialled.utf8.count > text.utf8.count else { return nil }
    return String(decoding: dialled.utf8.dropFirst(text.utf8.count), as: UTF8.self)
  }
}
