extension PhoneNumber {
  /// The international text with its plus sign; nil for numbers that exist inside one country or house only.
  public var e164: String? { canonical.hasPrefix("+") ? canonical : nil }

  /// The canonical text, and the national one where it is another: the ways of writing a number by which a pattern may
  /// know it.
  public var spellings: [String] { canonical == national ? [canonical] : [canonical, national] }

  static func nationalInJapan(_ canonical: String) -> String {
    if canonical.hasPrefix("+81") { return "0" + canonical.dropFirst(3) }
    if canonical.hasPrefix("+") { return canonical }
    guard let colon = canonical.firstIndex(of: ":") else { return canonical }
    return String(canonical[canonical.index(after: colon)...])
  }
}
