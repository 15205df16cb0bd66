/// A pattern over digits: `8000`, `80XX` (X is any digit), `+8190*` (anything may follow), `*` (everything).
public struct NumberPattern: Sendable, Hashable, CustomStringConvertible {
  /// The pattern as it was written.
  public let text: String

  /// Nil when it is empty, or when a character has no meaning in its place: digits and `X` anywhere, `+` only first and
  /// with something after it, `*` only last.
  public init?(_ text: String) {
    var middle = Substring(text)
    if middle.hasPrefix("+") { middle = middle.dropFirst() }
    guard !middle.isEmpty else { return nil }
    if middle.hasSuffix("*") { middle = middle.dropLast() }
    guard middle.utf8.allSatisfy({ $0 == Self.anyDigit || Self.isDigit($0) }) else { return nil }
    self.text = text
  }

  /// The pattern as it was written.
  public var description: String { text }

  /// Whether the whole of a number fits. Compared character by character: spelling is the caller's affair.
  public func matches(_ number: String) -> Bool {
    var rest = number.utf8[...]
    for wanted in text.utf8 {
      if wanted == UInt8(ascii: "*") { return true }
      guard let digit = rest.popFirst() else { return false }
      guard wanted == Self.anyDigit ? Self.isDigit(digit) : wanted == digit else { return false }
    }
    return rest.isEmpty
  }

  /// Whether some number fits that begins with this and goes on.
  public func matchesSome(beginningWith beginning: String) -> Bool {
    var wanted = text.utf8[...]
    for byte in beginning.utf8 {
      guard let next = wanted.popFirst() else { return false }
      if next == UInt8(ascii: "*") { return true }
      guard next == Self.anyDigit ? Self.isDigit(byte) : next == byte else { return false }
    }
    return !wanted.isEmpty
  }

  private static let anyDigit = UInt8(ascii: "X")
  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
