import Distribution
import Telephony
import Testing

@Suite struct `Reading what agents must be able to do` {
  static let english = SkillRequirement.skill("english", atLeast: 2)
  static let tech = SkillRequirement.skill("tech", atLeast: 1)
  static let sales = SkillRequirement.skill("sales", atLeast: 3)

  @Test(
    arguments: [
      ("english>=2", english),
      ("  english  >=  2 ", english),
      ("english", .skill("english", atLeast: 0)),
      ("英語>=2", .skill("英語", atLeast: 2)),
      ("a-1.b_2>=100", .skill("a-1.b_2", atLeast: 100)),
      ("english>=2 AND tech>=1", .all([english, tech])),
      ("english>=2 and tech>=1 And sales>=3", .all([english, tech, sales])),
      ("english>=2 OR tech>=1 AND sales>=3", .any([english, .all([tech, sales])])),
      ("english>=2 AND (tech>=1 OR sales>=3)", .all([english, .any([tech, sales])])),
      ("((english>=2))", english),
      ("(tech>=1 OR sales>=3)AND english>=2", .all([.any([tech, sales]), english])),
      ("order>=1 OR android>=1", .any([.skill("order", atLeast: 1), .skill("android", atLeast: 1)])),
    ] as [(String, SkillRequirement)])
  func `AND binds more closely than OR, and parentheses most`(text: String, expected: SkillRequirement) throws {
    #expect(try SkillRequirement.read(text).get() == expected)
  }

  @Test(
    arguments: [
      ("", 0, "wants a skill here"),
      ("english >=2 AND", 15, "wants a skill here"),
      ("AND english", 0, "wants a skill here"),
      ("english>=2 OR OR tech", 14, "wants a skill here"),
      ("english>2", 7, "compares by '>=' only"),
      ("英語≥2", 2, "compares by '>=' only"),
      ("english=>2", 7, "compares by '>=' only"),
      ("english>=", 9, "wants a level from 0 to 100 behind '>='"),
      ("english>=101", 9, "wants a level from 0 to 100 behind '>='"),
      ("english>=-1", 9, "wants a level from 0 to 100 behind '>='"),
      ("english>=two", 9, "wants a level from 0 to 100 behind '>='"),
      ("english>=99999999999999999999", 9, "wants a level from 0 to 100 behind '>='"),
      ("english>=2 tech>=1", 11, "wants AND or OR here"),
      ("english>=2, tech>=1", 10, "wants AND or OR here"),
      ("english>=2)", 10, "has a ')' that nothing opened"),
      ("tech AND (english>=2 OR sales", 29, "wants ')' for the '(' at character 10"),
      ("()", 1, "wants a skill here"),
      ("english\u{0}", 7, "wants AND or OR here"),
    ])
  func `a fault says where it is and what was expected`(text: String, offset: Int, explanation: String) {
    #expect(SkillRequirement.read(text) == .failure(SkillFault(offset: offset, explanation: explanation)))
  }

  @Test func `a hostile text is refused before it takes time or room`() {
    let deep = String(repeating: "(", count: 900)
    #expect(
      SkillRequirement.read(deep)
        == .failure(SkillFault(offset: 16, explanation: "has more than 16 parentheses in each other")))
    let long = String(repeating: "a", count: 1_000_000)
    #expect(
      SkillRequirement.read(long) == .failure(SkillFault(offset: 1000, explanation: "is longer than 1000 characters")))
    let nested = String(repeating: "(", count: 16) + "tech" + String(repeating: ")", count: 16)
    #expect(throws: Never.self) { try SkillRequirement.read(nested).get() }
  }

  @Test(arguments: ["english>=2", "a AND b>=1 OR c>=2 AND (d OR e>=1)", "(a OR b) AND (c OR d)"])
  func `what is written again reads as the same`(text: String) throws {
    let requirement = try SkillRequirement.read(text).get()
    #expect(try SkillRequirement.read(requirement.text).get() == requirement)
    #expect(requirement.text == text)
  }

  @Test func `it names its skills, each once`() throws {
    #expect(try SkillRequirement.read("b AND (a OR b>=2)").get().skills == ["a", "b"])
  }
}

extension SkillRequirement {
  /// As it is written: `read` gives the same requirement of it.
  fileprivate var text: String {
    switch self {
    case .skill(let skill, let least): least <= 0 ? skill.rawValue : "\(skill)>=\(least)"
    case .all(let parts): parts.map { if case .any = $0 { "(\($0.text))" } else { $0.text } }.joined(separator: " AND ")
    case .any(let parts): parts.map(\.text).joined(separator: " OR ")
    }
  }
}
