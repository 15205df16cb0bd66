import Changes
import Control
import Distribution
import Telephony
import Testing

@testable import Configuration

@Suite struct `What is taken away and made again` {
  private var running: RunningConfiguration

  init() throws {
    let text = """
      [[queues]]
      id = "support"
      weight = 3
      longest_wait_seconds = 60
      overflow = { full = "queue:sales", long_wait = "queue:sales" }
      [[queues]]
      id = "sales"
      [[agents]]
      id = "1001"
      name = "佐藤"
      skills = { english = 2 }
      queues = { support = 2, sales = { level = 3, weight = 4 } }
      [[agents]]
      id = "1002"
      queues = ["sales"]
      """
    running = RunningConfiguration(try parse(text).get().source, changes: SettingChanges())
  }

  /// Wishes something and has it in force; brings the differences, or the fault.
  @discardableResult
  private mutating func wish(_ wish: SettingWish) -> [String] {
    switch running.changed(wish, by: SettingChanges.Author(user: 1000, at: 1)) {
    case .failure(let error): return ["\(error.kind): \(error.message)"]
    case .success(let changed):
      running = changed.running
      let again = RunningConfiguration(running.source, changes: running.changes)
      #expect(again.configuration == running.configuration && again.differences == running.differences)
      return changed.differences.map { "\($0.subject) \($0.key) \(JSONLine.text($0.old))→\(JSONLine.text($0.new))" }
    }
  }

  /// Each row of `config.diff`.
  private var rows: [String] {
    running.differences.map { row in
      let subject = [row.agent?.rawValue, row.queue?.rawValue].compactMap(\.self).joined(separator: " in ")
      return "\(subject) \(row.key) \(JSONLine.text(row.file)) → \(JSONLine.text(row.running))"
    }
  }

  @Test mutating func `an agent has lost what nobody named, and a reset says what comes back`() {
    wish(.remove(.agent("1001")))
    #expect(rows == ["1001 exists true → false"])
    wish(.add(.agent("1001"), [:]))
    #expect(
      rows == [
        "1001 name \"佐藤\" → null", "1001 skills.english 2 → null", "1001 in sales exists true → false",
        "1001 in support exists true → false",
      ])
    wish(.place("1001", "sales", ["level": .integer(3)]))
    wish(.set(.agent("1001"), ["skills": .object(["french": .integer(5)])]))
    #expect(
      rows == [
        "1001 name \"佐藤\" → null", "1001 skills {\"english\":2} → {\"french\":5}", "1001 in sales weight 4 → null",
        "1001 in support exists true → false",
      ])
    #expect(
      wish(.reset(.agent("1001"))) == [
        "agent 1001 name null→\"佐藤\"", "agent 1001 skills {\"french\":5}→{\"english\":2}",
        "agent 1001 in queue sales weight null→4", "agent 1001 in queue support exists false→true",
      ])
    #expect(rows == [] && running.changes == SettingChanges())
  }

  @Test mutating func `an agent who has come to what the file says is no change any more`() {
    wish(.remove(.agent("1001")))
    let values: [String: JSON] = ["name": .string("佐藤"), "skills": .object(["english": .integer(2)])]
    wish(.add(.agent("1001"), values))
    wish(.place("1001", "support", ["level": .integer(2)]))
    #expect(rows == ["1001 in sales exists true → false"])
    wish(.place("1001", "sales", ["level": .integer(3), "weight": .integer(4)]))
    #expect(rows == [] && running.changes == SettingChanges())
  }

  @Test mutating func `a place in a queue that is as before is no change, and one that lost something is`() {
    wish(.remove(.membership("1002", "sales")))
    wish(.place("1002", "sales", [:]))
    #expect(rows == [] && running.changes == SettingChanges())
    wish(.remove(.membership("1001", "sales")))
    wish(.place("1001", "sales", [:]))
    #expect(rows == ["1001 in sales level 3 → 1", "1001 in sales weight 4 → null"])
  }

  @Test mutating func `a queue has lost what nobody named, a key within a table too`() {
    wish(.remove(.queue("support")))
    wish(.add(.queue("support"), ["overflow.full": .string("queue:sales")]))
    #expect(
      rows == [
        "support longest_wait_seconds 60 → null", "support overflow.long_wait \"queue:sales\" → null",
        "support weight 3 → null",
      ])
    #expect(
      wish(.reset(.queue("support"))) == [
        "queue support longest_wait_seconds null→60", "queue support overflow.long_wait null→\"queue:sales\"",
        "queue support weight null→3",
      ])
  }

  @Test mutating func `null of a place in a queue is as if the file did not name the key`() {
    wish(.place("1001", "support", ["level": .null]))
    #expect(rows == ["1001 in support level 2 → null"])
    #expect(running.configuration.distribution.agents.first?.memberships["support"]?.level == 1)
    wish(.place("1002", "support", ["level": .null]))
    #expect(running.configuration.distribution.agents.last?.memberships["support"] == 1)
  }
}
