public import Telephony

/// What a screen shows of a customer.
public struct CustomerCard: Sendable, Equatable, Codable {
  /// Who it is.
  public var customer: CustomerID
  /// As people write it.
  public var name: String
  /// How it is read: kana.
  public var reading: String
  /// In Latin letters.
  public var romaji: String
  /// Canonical, as in `+81312345678`.
  public var numbers: [String]
  /// What those who talk to her should know.
  public var notes: String
  /// Whatever else is kept, by name.
  public var attributes: [String: String]

  /// Puts it together.
  public init(
    customer: CustomerID, name: String, reading: String, romaji: String, numbers: [String], notes: String,
    attributes: [String: String]
  ) {
    self.customer = customer
    self.name = name
    self.reading = reading
    self.romaji = romaji
    self.numbers = numbers
    self.notes = notes
    self.attributes = attributes
  }
}
