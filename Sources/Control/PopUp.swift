/// What pops up on an agent's screen.
public struct PopUp: Sendable, Equatable, Codable {
  /// `known`, `unknown`, `pending` (a `popup.completed` follows) or `failed`.
  public var card: String
  /// The outside party.
  public var caller: CallerSummary
  /// The number that was called.
  public var called: String
  /// Everybody with this number; usually one.
  public var customers: [CustomerCard]
  /// Milliseconds that the contact has waited.
  public var waitedMilliseconds: Int64

  /// Puts it together.
  public init(card: String, caller: CallerSummary, called: String, customers: [CustomerCard], waitedMilliseconds: Int64)
  {
    self.card = card
    self.caller = caller
    self.called = called
    self.customers = customers
    self.waitedMilliseconds = waitedMilliseconds
  }
}
