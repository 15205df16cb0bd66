public import Telephony

/// What an agent's set shows of a caller: many sets show no kanji, so each phone has its own choice.
public enum CallerDisplay: String, Sendable, Codable, CaseIterable {
  case name
  case reading
  case romaji
  case number

  /// What the set is told of one caller: the number as it is dialled here, or what stood in its place, and the name.
  public func presented(_ caller: Caller, card: CallerCards.Card) -> PresentedCaller {
    PresentedCaller(
      number: caller.number?.national ?? (caller.text.isEmpty ? "anonymous" : caller.text),
      displayName: text(for: caller, card: card))
  }

  /// The display name for one caller; falls back from the choice to what there is.
  public func text(for caller: Caller, card: CallerCards.Card) -> String {
    let customer: Customer? = if case .known(let customers) = card { customers.first } else { nil }
    let chosen =
      switch self {
      case .name: customer?.name
      case .reading: customer?.reading
      case .romaji: customer?.romaji
      case .number: ""
      }
    if let chosen, !chosen.isEmpty { return chosen }
    if let anonymity = caller.anonymity { return anonymous(anonymity) }
    if self == .name, !caller.displayName.isEmpty { return caller.displayName }
    return caller.number?.display ?? caller.text
  }

  private func anonymous(_ anonymity: Caller.Anonymity) -> String {
    switch (self, anonymity) {
    case (.name, .withheld): "非通知"
    case (.name, .payphone): "公衆電話"
    case (.name, .unavailable), (.name, .serviceConflict): "表示圏外"
    case (.reading, .withheld): "ヒツウチ"
    case (.reading, .payphone): "コウシュウデンワ"
    case (.reading, .unavailable), (.reading, .serviceConflict): "ヒョウジケンガイ"
    case (_, .withheld): "Anonymous"
    case (_, .payphone): "Payphone"
    case (_, .unavailable), (_, .serviceConflict): "Unavailable"
    }
  }
}
