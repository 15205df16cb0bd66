public import Telephony

/// Something that agents can do, more or less well.
public struct SkillID: Identifier {
  /// The text.
  public let rawValue: String
  /// Takes the text as it stands.
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// What an agent must be able to do for a contact.
public indirect enum SkillRequirement: Sendable, Hashable {
  /// Has the skill, at this level or a higher one. Whoever does not have it fails also at level 0 and below.
  case skill(SkillID, atLeast: Int)
  /// Each of them; none is always met.
  case all([SkillRequirement])
  /// One of them; none is never met.
  case any([SkillRequirement])

  /// Whether somebody with these skills may be offered the contact.
  public func isMet(by skills: [SkillID: Int]) -> Bool { level(of: skills) != nil }

  /// How well they meet it: the level of the skill, the weakest of all, the best of any; nil when they do not.
  func level(of skills: [SkillID: Int]) -> Int? {
    switch self {
    case .skill(let skill, let least):
      guard let level = skills[skill], level >= least else { return nil }
      return level
    case .all(let parts):
      var weakest = Int.max
      for part in parts {
        guard let level = part.level(of: skills) else { return nil }
        weakest = min(weakest, level)
      }
      return weakest == .max ? 0 : weakest
    case .any(let parts): return parts.compactMap { $0.level(of: skills) }.max()
    }
  }
}

/// What is asked for during a part of the wait.
public struct SkillStep: Sendable, Hashable {
  /// What agents must be able to do.
  public var requirement: SkillRequirement
  /// How long before the next step applies; nil: for ever.
  public var lasts: Duration?

  /// Both as given.
  public init(_ requirement: SkillRequirement, lasts: Duration? = nil) {
    self.requirement = requirement
    self.lasts = lasts
  }
}
