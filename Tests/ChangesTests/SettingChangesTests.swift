import Changes
import Telephony
import Testing

@Suite struct `What was changed while running` {
  private typealias Author = SettingChanges.Author
  private let support = SettingSubject.queue("support")
  private let place = SettingSubject.membership("1001", "support")

  /// `subject key=value` of each, in order.
  private func rows(_ changes: SettingChanges) -> [String] {
    changes.inOrder.map { "\($0.subject) \($0.key)=\($0.value ?? "–")" }
  }

  @Test func `a later change of the same key takes the place of the earlier one, with who and when`() {
    var changes = SettingChanges()
    changes.set(["weight": "1", "paused": "true"], of: support, by: Author(user: 1000, at: 5))
    changes.set(["weight": "2"], of: support, by: Author(user: 1001, at: 6))
    #expect(rows(changes) == ["queue support paused=true", "queue support weight=2"])
    let weight = changes[SettingChange.Target(subject: support, key: "weight")]
    #expect(weight?.user == 1001)
    #expect(weight?.changedAt == 6)
  }

  @Test func `a key can be as if the file did not name it`() {
    var changes = SettingChanges()
    changes.set(["longest_line": nil], of: support, by: Author(user: 0, at: 0))
    #expect(rows(changes) == ["queue support longest_line=–"])
  }

  @Test func `a whole table takes the place of what was changed within it`() {
    var changes = SettingChanges()
    changes.set(["overflow.full": "\"queue:a\"", "overflows": "1"], of: support, by: Author(user: 0, at: 0))
    changes.set(["overflow": "{}"], of: support, by: Author(user: 0, at: 1))
    #expect(rows(changes) == ["queue support overflow={}", "queue support overflows=1"])
    changes.set(["overflow.nobody": "\"agent:1\""], of: support, by: Author(user: 0, at: 2))
    // The table first, so that what lies in it is laid over it.
    #expect(
      rows(changes) == [
        "queue support overflow={}", "queue support overflow.nobody=\"agent:1\"", "queue support overflows=1",
      ])
  }

  @Test func `what is added stands for itself, and what is removed takes its memberships with it`() {
    var changes = SettingChanges()
    changes.set(["weight": "1"], of: support, by: Author(user: 0, at: 0))
    changes.add(support, ["strategy": "\"linear\""], by: Author(user: 0, at: 1))
    changes.set(["level": "2"], of: place, by: Author(user: 0, at: 2))
    changes.set(["weight": "3"], of: .queue("sales"), by: Author(user: 0, at: 2))
    #expect(
      rows(changes) == [
        "queue sales weight=3", "queue support exists=true", "queue support strategy=\"linear\"",
        "agent 1001 in queue support level=2",
      ])
    changes.remove(support, by: Author(user: 0, at: 3))
    #expect(rows(changes) == ["queue sales weight=3", "queue support exists=false"])
  }

  @Test func `somebody who was taken out of a queue can serve it again`() {
    var changes = SettingChanges()
    changes.remove(place, by: Author(user: 0, at: 0))
    changes.set(["level": "2"], of: place, by: Author(user: 0, at: 1))
    #expect(rows(changes) == ["agent 1001 in queue support exists=true", "agent 1001 in queue support level=2"])
  }

  @Test(
    arguments: [
      (
        SettingSubject.queue("support"),
        ["queue sales weight=1", "agent 1001 skills={}", "agent 1001 in queue sales level=1"]
      ),
      (.agent("1001"), ["queue sales weight=1", "queue support weight=1"]),
      (
        .membership("1001", "support"),
        ["queue sales weight=1", "queue support weight=1", "agent 1001 skills={}", "agent 1001 in queue sales level=1"]
      ),
    ])
  func `a reset forgets a thing and the memberships in it`(subject: SettingSubject, left: [String]) {
    var changes = SettingChanges()
    let author = Author(user: 0, at: 0)
    changes.set(["weight": "1"], of: support, by: author)
    changes.set(["weight": "1"], of: .queue("sales"), by: author)
    changes.set(["skills": "{}"], of: .agent("1001"), by: author)
    changes.set(["level": "1"], of: place, by: author)
    changes.set(["level": "1"], of: .membership("1001", "sales"), by: author)
    changes.reset(subject)
    #expect(rows(changes) == left)
  }

  @Test func `of saved rows for the same key the later one counts, whatever their order`() {
    func row(_ value: String, _ at: Int64) -> SettingChange {
      SettingChange(subject: support, key: "weight", value: value, user: 0, changedAt: at)
    }
    #expect(rows(SettingChanges([row("1", 5), row("2", 6)])) == ["queue support weight=2"])
    #expect(rows(SettingChanges([row("2", 6), row("1", 5)])) == ["queue support weight=2"])
  }
}
