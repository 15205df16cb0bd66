import Telephony

/// Why a written requirement means nothing.
public struct SkillFault: Error, Equatable, Sendable {
  /// Where in the text, in Unicode code points from 0; its length when something is missing at the end.
  public var offset: Int
  /// What is wrong and what was expected, to follow the name of what was read.
  public var explanation: String

  /// Both as given.
  public init(offset: Int, explanation: String) {
    self.offset = offset
    self.explanation = explanation
  }
}

extension SkillRequirement {
  /// How deep parentheses may stand in each other, and how long a text may be: it may come from anybody.
  static let (deepest, longest) = (16, 1000)
  /// The levels that a skill can have.
  public static let levels = 0...100

  /// Reads `english>=2 AND (tech>=1 OR sales>=3)`. AND binds more closely than OR; both in any case; a skill alone asks for
  /// any level of it.
  public static func read(_ text: String) -> Result<SkillRequirement, SkillFault> {
    var reading = SkillReading(text)
    do throws(SkillFault) { return .success(try reading.whole()) } catch { return .failure(error) }
  }

  /// Every skill that it names, in order, each once.
  public var skills: [SkillID] {
    switch self {
    case .skill(let skill, _): [skill]
    case .all(let parts), .any(let parts): Set(parts.flatMap(\.skills)).sorted()
    }
  }
}

/// One requirement while it is read.
private struct SkillReading {
  private let scalars: [Unicode.Scalar]
  private var at = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars.prefix(SkillRequirement.longest + 1)) }

  mutating func whole() throws(SkillFault) -> SkillRequirement {
    guard scalars.count <= SkillRequirement.longest else {
      throw fault("is longer than \(SkillRequirement.longest) characters", at: SkillRequirement.longest)
    }
    let requirement = try alternatives(depth: 0)
    skipSpace()
    guard at == scalars.count else {
      throw fault(scalars[at] == ")" ? "has a ')' that nothing opened" : "wants AND or OR here", at: at)
    }
    return requirement
  }

  private mutating func alternatives(depth: Int) throws(SkillFault) -> SkillRequirement {
    var parts = [try conjunction(depth: depth)]
    while takeWord("OR") { parts.append(try conjunction(depth: depth)) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func conjunction(depth: Int) throws(SkillFault) -> SkillRequirement {
    var parts = [try one(depth: depth)]
    while takeWord("AND") { parts.append(try one(depth: depth)) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func one(depth: Int) throws(SkillFault) -> SkillRequirement {
    skipSpace()
    let start = at
    guard take("(") else { return try skill() }
    guard depth < SkillRequirement.deepest else {
      throw fault("has more than \(SkillRequirement.deepest) parentheses in each other", at: start)
    }
    let inner = try alternatives(depth: depth + 1)
    skipSpace()
    guard take(")") else { throw fault("wants ')' for the '(' at character \(start + 1)", at: at) }
    return inner
  }

  private mutating func skill() throws(SkillFault) -> SkillRequirement {
    let start = at
    let name = word()
    guard !name.isEmpty, !["AND", "OR"].contains(name.uppercased()) else {
      throw fault("wants a skill here", at: start)
    }
    skipSpace()
    let comparison = at
    while at < scalars.count, "<>=!≥≤".unicodeScalars.contains(scalars[at]) { at += 1 }
    guard at > comparison else { return .skill(SkillID(rawValue: name), atLeast: SkillRequirement.levels.lowerBound) }
    guard String(String.UnicodeScalarView(scalars[comparison..<at])) == ">=" else {
      throw fault("compares by '>=' only", at: comparison)
    }
    skipSpace()
    let number = at
    guard let level = Int(word()), SkillRequirement.levels.contains(level) else {
      let levels = SkillRequirement.levels
      throw fault("wants a level from \(levels.lowerBound) to \(levels.upperBound) behind '>='", at: number)
    }
    return .skill(SkillID(rawValue: name), atLeast: level)
  }

  /// Letters and digits of any script, `-`, `_` and `.`.
  private mutating func word() -> String {
    let start = at
    while at < scalars.count, SkillID.mayContain(scalars[at]) { at += 1 }
    return String(String.UnicodeScalarView(scalars[start..<at]))
  }

  private mutating func takeWord(_ wanted: String) -> Bool {
    skipSpace()
    let start = at
    if word().uppercased() == wanted { return true }
    at = start
    return false
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard at < scalars.count, scalars[at] == scalar else { return false }
    at += 1
    return true
  }

  private mutating func skipSpace() {
    while at < scalars.count, scalars[at].properties.isWhitespace { at += 1 }
  }

  private func fault(_ explanation: String, at offset: Int) -> SkillFault {
    SkillFault(offset: offset, explanation: explanation)
  }
}

extension SkillID {
  /// Whether the text can be the name of a skill: 1 to 64 letters and digits of any script, `-`, `_` and `.`; not a word
  /// of requirements.
  public static func isName(_ text: String) -> Bool {
    (1...64).contains(text.unicodeScalars.count) && text.unicodeScalars.allSatisfy(mayContain)
      && !["AND", "OR"].contains(text.uppercased())
  }

  fileprivate static func mayContain(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "-_.".unicodeScalars.contains(scalar)
  }
}
