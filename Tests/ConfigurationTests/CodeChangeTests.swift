import Changes
import Configuration
import Control
import Distribution
import Telephony
import Testing

@Suite struct `Reasons and dispositions with changes on top` {
  private var running: RunningConfiguration

  init() throws {
    let text = """
      [[queues]]
      id = "sales"
      [[agents]]
      id = "1001"
      queues = ["sales"]
      [[reasons]]
      id = "lunch"
      paid = false
      [[dispositions]]
      id = "sold"
      name = "成約"
      queues = ["sales"]
      """
    running = RunningConfiguration(try parse(text).get().source, changes: SettingChanges())
  }

  /// Wishes something and has it in force; brings the differences, or the fault.
  private mutating func wish(_ wish: SettingWish) -> [String] {
    switch running.changed(wish, by: SettingChanges.Author(user: 1000, at: 1)) {
    case .failure(let error): return ["\(error.kind): \(error.message)"]
    case .success(let changed):
      running = changed.running
      return changed.differences.map { "\($0.subject) \($0.key) \(JSONLine.text($0.old))→\(JSONLine.text($0.new))" }
    }
  }

  private var reasons: [String: ReasonSettings] { running.configuration.distribution.reasons }

  @Test mutating func `one of the file is changed, and goes back to the file`() {
    #expect(
      wish(.define(.reasons, "lunch", ["longest_minutes": .integer(60)])) == ["reason lunch longest_minutes null→60"])
    #expect(reasons["lunch"] == ReasonSettings(isPaid: false, longest: .seconds(3600)))
    let row = running.differences.first
    #expect(row?.list == "reasons" && row?.code == "lunch" && row?.queue == nil && row?.agent == nil)
    #expect(wish(.reset(.code(.reasons, "lunch"))) == ["reason lunch longest_minutes 60→null"])
    #expect(running.changes == SettingChanges())
  }

  @Test mutating func `one that there is not is made, changed, and taken away`() {
    #expect(
      wish(.define(.dispositions, "call-again", ["name": .string("再架電")])) == [
        "disposition call-again exists false→true", "disposition call-again name null→\"再架電\"",
      ])
    #expect(wish(.define(.dispositions, "call-again", ["queues": .array([.string("sales")])])).count == 1)
    #expect(
      wish(.define(.dispositions, "call-again", ["is_reason": .bool(true)])) == [
        "disposition call-again is_reason null→true"
      ])
    #expect(running.configuration.dispositions.map(\.id) == ["sold", "call-again"])
    #expect(running.configuration.dispositions.map(\.isReason) == [false, true])
    #expect(running.configuration.dispositions.last?.name == "再架電")
    #expect(!wish(.remove(.code(.dispositions, "call-again"))).isEmpty)
    #expect(wish(.remove(.code(.dispositions, "sold"))).first == "disposition sold exists true→false")
    #expect(running.configuration.dispositions.isEmpty)
    #expect(!wish(.reset(nil)).isEmpty && running.configuration.dispositions.map(\.id) == ["sold"])
  }

  @Test
  mutating func `what one of the file lost by being taken away and made again is told until it is as the file says`() {
    _ = wish(.remove(.code(.dispositions, "sold")))
    #expect(wish(.define(.dispositions, "sold", [:])) == ["disposition sold exists false→true"])
    var rows: [String] {
      running.differences.map { "\($0.code ?? "") \($0.key) \(JSONLine.text($0.file)) → \(JSONLine.text($0.running))" }
    }
    #expect(rows == ["sold name \"成約\" → null", "sold queues [\"sales\"] → null"])
    #expect(wish(.define(.dispositions, "sold", ["name": .string("成約")])) == ["disposition sold name null→\"成約\""])
    #expect(rows == ["sold queues [\"sales\"] → null"])
    _ = wish(.define(.dispositions, "sold", ["queues": .array([.string("sales")])]))
    #expect(rows == [] && running.changes == SettingChanges())
  }

  @Test mutating func `the same word may be a reason and a disposition`() {
    #expect(wish(.define(.reasons, "sold", [:])) == ["reason sold exists false→true"])
    #expect(wish(.remove(.code(.dispositions, "sold"))).count > 0)
    #expect(reasons.keys.sorted() == ["lunch", "sold"] && running.configuration.dispositions.isEmpty)
  }

  @Test mutating func `what cannot be is refused, and nothing is different`() {
    let before = running.configuration
    #expect(
      wish(.define(.reasons, "lunch", ["longest_minutes": .integer(0)])).first?.contains("longest_minutes") == true)
    #expect(wish(.define(.reasons, "lunch", ["queues": .array([])])).first?.hasPrefix("invalidParameters") == true)
    #expect(wish(.define(.reasons, "a b", [:])).first?.hasPrefix("invalidParameters") == true)
    #expect(wish(.define(.dispositions, "x", ["queues": .array([.string("none")])])).first?.contains("none") == true)
    #expect(wish(.remove(.code(.reasons, "lunhc"))) == ["notFound: there is no reason lunhc; did you mean 'lunch'?"])
    #expect(running.configuration == before)
  }
}
