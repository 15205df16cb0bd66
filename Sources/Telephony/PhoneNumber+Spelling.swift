extension PhoneNumber {
  /// The text that is dialled within the country: what a trunk with national numbers wants, and what entry patterns
  /// are compared with.
  ///
  /// `+81312345678` gives `0312345678`; `jp:110` and `ext:1001` give what follows the scheme; numbers of other
  /// countries stay as they are, with their plus sign. Only Japan's leading zero is known here.
  public var national: String {
    if canonical.hasPrefix("+81") { return "0" + canonical.dropFirst(3) }
    if canonical.hasPrefix("+") { return canonical }
    guard let colon = canonical.firstIndex(of: ":") else { return canonical }
    return String(canonical[canonical.index(after: colon)...])
  }

  /// The international text with its plus sign; nil for numbers that exist inside one country or house only.
  public var e164: String? { canonical.hasPrefix("+") ? canonical : nil }
}
