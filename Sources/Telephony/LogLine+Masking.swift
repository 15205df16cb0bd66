extension LogLine {
  /// A number as log lines may show it: its last four characters, behind a star where there is more.
  ///
  /// Whom people call, and who calls them, is nobody's business who reads logs; four digits tell one of our own numbers, or
  /// an extension, from another.
  public static func masked(_ number: String) -> String {
    number.count <= 4 ? number : "*" + number.suffix(4)
  }
}
