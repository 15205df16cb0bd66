import Changes
import Control
import Telephony
import Testing

@testable import Configuration

@Suite struct `Settings in force, of one subject` {
  private static let text = """
    [[queues]]
    id = "support"
    weight = 3
    longest_line = 5
    overflow = { full = "queue:sales" }
    [[queues]]
    id = "sales"
    [[agents]]
    id = "1001"
    skills = { english = 2 }
    queues = { support = 2, sales = { level = 3, weight = 4 } }
    [[agents]]
    id = "1002"
    queues = ["sales"]
    [[reasons]]
    id = "lunch"
    paid = false
    """
  private var running: RunningConfiguration

  init() throws {
    running = RunningConfiguration(try parse(Self.text).get().source, changes: SettingChanges())
  }

  private mutating func wish(_ wish: SettingWish) throws {
    running = try running.changed(wish, by: SettingChanges.Author(user: 1000, at: 1001)).get().running
  }

  /// Subject, key, what is in force, in brackets what the file says where that is something else, and whether somebody is
  /// named for it.
  private func shown(_ subject: SettingSubject) throws -> [String] {
    try running.settings(of: subject).get().map { row in
      let name = [row.agent?.rawValue, row.queue?.rawValue, row.code].compactMap(\.self).joined(separator: " in ")
      #expect((row.user == nil) == (row.changedAt == nil))
      return "\(name) \(row.key) \(JSONLine.text(row.running))"
        + (row.file == row.running ? "" : " [\(JSONLine.text(row.file))]") + (row.user.map { " by \($0)" } ?? "")
    }
  }

  @Test func `as the file names them, memberships among them`() throws {
    #expect(
      try shown(.queue("support")) == [
        #"support longest_line 5"#, #"support overflow.full "queue:sales""#, #"support weight 3"#,
        #"1001 in support level 2"#,
      ])
    #expect(
      try shown(.agent("1001")) == [
        #"1001 skills.english 2"#, #"1001 in sales level 3"#, #"1001 in sales weight 4"#, #"1001 in support level 2"#,
      ])
    #expect(try shown(.code(.reasons, "lunch")) == ["lunch paid false"])
  }

  @Test mutating func `what was changed says what the file has, and who did it`() throws {
    try wish(.set(.queue("support"), ["weight": .integer(4), "longest_line": .null, "overflow.full": .null]))
    try wish(.set(.agent("1001"), ["skills": .object(["english": .integer(3), "kanji": .integer(1)])]))
    try wish(.place("1002", "support", ["level": .integer(7)]))
    try wish(.remove(.membership("1001", "support")))
    #expect(
      try shown(.queue("support")) == [
        "support longest_line null [5] by 1000", #"support overflow.full null ["queue:sales"] by 1000"#,
        "support weight 4 [3] by 1000", "1001 in support exists false [true] by 1000",
        "1001 in support level null [2] by 1000", "1002 in support exists true [false] by 1000",
        "1002 in support level 7 [null] by 1000",
      ])
    #expect(
      try shown(.agent("1001")) == [
        "1001 skills.english 3 [2] by 1000", "1001 skills.kanji 1 [null] by 1000", "1001 in sales level 3",
        "1001 in sales weight 4", "1001 in support exists false [true] by 1000",
        "1001 in support level null [2] by 1000",
      ])
  }

  @Test mutating func `one that was made by command, and one that is not there`() throws {
    try wish(.add(.queue("vip"), ["weight": .integer(9)]))
    #expect(try shown(.queue("vip")) == ["vip weight 9 [null] by 1000"])
    try wish(.remove(.queue("vip")))
    #expect(throws: ControlError(.notFound, "there is no queue vip")) { try shown(.queue("vip")) }
    #expect(throws: ControlError(.notFound, "there is no agent 101; did you mean '1001'?")) { try shown(.agent("101")) }
  }
}
