// What decided between those who could take a contact, in words.

extension Decision {
  /// What it was that made her the one.
  private enum Choice {
    /// She stood before all others; how each of them stood is not known, or not for whoever asks.
    case first
    /// Nobody else could take it.
    case only
    /// All others have more contacts.
    case onlyOfLoad
    /// All others who have no more contacts are of a higher level.
    case onlyOfLevel(Int)
    /// The strategy, among those of this level; nil: among all who have no more contacts.
    case strategy(QueueStrategy, level: Int?)
  }

  private var chosen: Candidate? { candidates.first { $0.agent == outcome.agent } }
  /// How many contacts whoever was chosen has besides.
  var besides: Int { chosen?.contacts ?? 0 }
  private var takers: Int { candidates.count + moreCandidates }
  private var areAllSeen: Bool { moreFree == 0 }
  /// Some of those who could take it have more contacts than she.
  private var hasMoreLoaded: Bool { rivals.map { $0.ofLoad < takers } ?? false }

  /// Nil where it was for her alone.
  private var choice: Choice? {
    guard let strategy else { return nil }
    if takers == 1, areAllSeen { return .only }
    guard let chosen, let level = chosen.level, let rivals else { return .first }
    if rivals.ofLoad == 1, rivals.isLoadSeen { return .onlyOfLoad }
    if rivals.ofLevel == 1, rivals.isLevelSeen { return .onlyOfLevel(level) }
    // Of somebody of whom nothing is asked nobody is better at it.
    let isOpen = strategy == .skillFirst && chosen.key == Ratio(0)
    return .strategy(isOpen ? .longestIdle : strategy, level: rivals.ofLevel < rivals.ofLoad ? level : nil)
  }

  // MARK: English

  var englishChoice: String {
    let want = besides == 0 ? "" : "since nobody has fewer: "
    return switch choice {
    case nil: "for whom it waited"
    case .first: "the first of \(english(takers, areAllSeen)) who could take it"
    case .only: "the only one who could take it"
    case .onlyOfLoad:
      "the only one \(besides == 0 ? "free" : "with so few") of \(english(takers, areAllSeen)) who could take it"
    case .onlyOfLevel(let level): "\(want)the only one of level \(level) of \(englishRivals(of: nil)) who could take it"
    case .strategy(let strategy, let level):
      "\(want)\(strategy.english) of \(englishRivals(of: level)) who could take it"
    }
  }

  var englishTakers: String {
    if takers > 0 { return "\(english(takers, areAllSeen)) could take it" }
    return areAllSeen ? "nobody can take it" : "at most \(moreFree) could take it"
  }

  /// Those who have no more contacts than she; with a level, those of it.
  private func englishRivals(of level: Int?) -> String {
    guard let rivals else { return "" }
    let ofLevel = level.map { " of level \($0)" } ?? ""
    let number =
      level == nil ? english(rivals.ofLoad, rivals.isLoadSeen) : english(rivals.ofLevel, rivals.isLevelSeen)
    if !hasMoreLoaded { return number + ofLevel }
    return besides == 0 ? "\(number) free ones\(ofLevel)" : "\(number)\(ofLevel) with as few"
  }

  private func english(_ number: Int, _ isExact: Bool) -> String { isExact ? "\(number)" : "at least \(number)" }

  // MARK: Japanese

  var japaneseChoice: String {
    let want = besides == 0 ? "" : "より手の空いた人がおらず、"
    return switch choice {
    case nil: "この人を待っていた"
    case .first: "対応できる\(japanese(takers, areAllSeen))のうち最も優先される"
    case .only: "唯一対応できる"
    case .onlyOfLoad:
      "対応できる\(japanese(takers, areAllSeen))のうち\(besides == 0 ? "唯一手が空いている" : "対応件数が最も少ない")"
    case .onlyOfLevel(let level): "\(want)対応できる\(japaneseRivals(of: nil))のうち唯一段階\(level)である"
    case .strategy(let strategy, let level):
      "\(want)対応できる\(japaneseRivals(of: level))のうち\(strategy.japanese)"
    }
  }

  var japaneseTakers: String {
    if takers > 0 { return "\(japanese(takers, areAllSeen))が対応できます" }
    return areAllSeen ? "対応できる人がいません" : "対応できるのは多くて\(moreFree)人です"
  }

  private func japaneseRivals(of level: Int?) -> String {
    guard let rivals else { return "" }
    let ofLevel = level.map { "段階\($0)の" } ?? ""
    let number =
      level == nil ? japanese(rivals.ofLoad, rivals.isLoadSeen) : japanese(rivals.ofLevel, rivals.isLevelSeen)
    if !hasMoreLoaded { return ofLevel + number }
    return (besides == 0 ? "手の空いた" : "対応件数が同じ") + ofLevel + number
  }

  private func japanese(_ number: Int, _ isExact: Bool) -> String { isExact ? "\(number)人" : "\(number)人以上" }
}

extension QueueStrategy {
  fileprivate var english: String {
    switch self {
    // Where all ring nobody is chosen.
    case .longestIdle, .ringProgressively, .ringAll: "the longest idle"
    case .leastRecent: "whose last call is the longest ago,"
    case .fewestCalls: "with the fewest calls"
    case .leastTalkTime: "with the least talk time"
    case .leastOccupied: "the least occupied"
    case .roundRobin: "whose turn it was,"
    case .linear: "the first in the list"
    case .random: "drawn by lot"
    case .weightedRandom: "drawn by lot and weight"
    case .skillFirst: "the best at what is asked for"
    }
  }

  fileprivate var japanese: String {
    switch self {
    case .longestIdle, .ringProgressively, .ringAll: "待機時間が最も長い"
    case .leastRecent: "最後の通話から最も時間が経っている"
    case .fewestCalls: "通話数が最も少ない"
    case .leastTalkTime: "通話時間が最も短い"
    case .leastOccupied: "占有率が最も低い"
    case .roundRobin: "順番に当たる"
    case .linear: "一覧の先頭にいる"
    case .random: "抽選で選ばれた"
    case .weightedRandom: "重み付き抽選で選ばれた"
    case .skillFirst: "求める技能が最も高い"
    }
  }
}
