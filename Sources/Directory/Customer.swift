public import Telephony

/// One customer, as the card shows her.
public struct Customer: Sendable, Equatable, Codable {
  /// Her name in the directory, stable when everything else changes.
  public var id: CustomerID
  /// 山田 太郎.
  public var name: String
  /// ヤマダ タロウ; may be empty.
  public var reading: String
  /// Yamada Taro; may be empty.
  public var romaji: String
  /// Canonical numbers.
  public var numbers: [String]
  /// Free text; may be empty.
  public var notes: String
  /// Whatever else the company keeps of her, by name.
  public var attributes: [String: String]

  /// Puts a card together.
  public init(
    id: CustomerID, name: String, reading: String = "", romaji: String = "", numbers: [String] = [], notes: String = "",
    attributes: [String: String] = [:]
  ) {
    self.id = id
    self.name = name
    self.reading = reading
    self.romaji = romaji
    self.numbers = numbers
    self.notes = notes
    self.attributes = attributes
  }
}

/// Where customers are looked up.
public protocol CustomerSource: Sendable {
  /// Everybody with this canonical number, in a stable order; empty when there is nobody.
  func customers(with number: PhoneNumber) async throws -> [Customer]
}
