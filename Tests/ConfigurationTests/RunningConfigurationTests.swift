import Changes
import Control
import Distribution
import Synchronization
import Telephony
import Testing

@testable import Configuration

@Suite struct `The file with changes on top` {
  private typealias Target = SettingChange.Target
  private static let text = """
    [[trunks]]
    id = "pbx"
    addresses = ["192.0.2.1"]
    [[queues]]
    id = "support"
    weight = 3
    longest_line = 5
    overflow = { full = "queue:sales" }
    [[queues]]
    id = "sales"
    [[queues]]
    id = "spare"
    [[agents]]
    id = "1001"
    skills = { english = 2 }
    queues = { support = 2, sales = { level = 3, weight = 4 } }
    [[agents]]
    id = "1002"
    queues = ["sales"]
    [[entries]]
    called = "8000"
    queue = "support"
    [dialing]
    trunk = "pbx"
    """
  private var running: RunningConfiguration
  private var time: Int64 = 1000

  init() throws {
    running = RunningConfiguration(try parse(Self.text).get().source, changes: SettingChanges())
  }

  /// Wishes something and has it in force; the answer in words.
  @discardableResult
  private mutating func wish(_ wish: SettingWish) -> String {
    time += 1
    switch running.changed(wish, by: SettingChanges.Author(user: 1000, at: time)) {
    case .failure(let error): return "\(error.kind): \(error.message)"
    case .success(let changed):
      running = changed.running
      // What is saved of it comes to the same at the next start.
      let again = RunningConfiguration(running.source, changes: running.changes)
      #expect(again.aside == running.aside && again.configuration == running.configuration)
      let words = changed.differences.map { difference in
        "\(difference.subject) \(difference.key) \(JSONLine.text(difference.old))→\(JSONLine.text(difference.new))"
      }
      return (words + changed.doubts.map { "! \($0)" }).joined(separator: ", ")
    }
  }

  private func queue(_ id: QueueID) -> QueueSettings? {
    running.configuration.distribution.queues.first { $0.id == id }
  }

  private func agent(_ id: AgentID) -> AgentSettings? {
    running.configuration.distribution.agents.first { $0.id == id }
  }

  /// Each row of `config.diff`.
  private var differences: [String] {
    running.differences.map { row in
      let subject = [row.agent?.rawValue, row.queue?.rawValue].compactMap(\.self).joined(separator: " in ")
      return "\(subject) \(row.key) \(JSONLine.text(row.file)) → \(JSONLine.text(row.running))"
        + (row.aside.map { ": \($0)" } ?? "")
    }
  }

  // MARK: Values

  @Test mutating func `a setting is read as the file's is, and the old one is told with the new`() {
    #expect(wish(.set(.queue("support"), ["strategy": .string("linear")])) == "queue support strategy null→\"linear\"")
    #expect(queue("support")?.strategy == .linear)
    #expect(queue("support")?.weight == 3)
    #expect(wish(.set(.queue("support"), ["weight": .integer(4)])) == "queue support weight 3→4")
    #expect(differences == ["support strategy null → \"linear\"", "support weight 3 → 4"])
    #expect(running.differences.map(\.user) == [1000, 1000])
    #expect(running.differences.map(\.changedAt) == ["1970-01-01T00:00:01.001Z", "1970-01-01T00:00:01.002Z"])
  }

  @Test mutating func `several settings at once are all or none`() {
    let wanted: [String: JSON] = ["weight": .integer(9), "longest_line": .integer(0)]
    #expect(wish(.set(.queue("support"), wanted)) == "invalidParameters: longest_line must be from 1 to 100000, not 0")
    #expect(queue("support")?.weight == 3)
    #expect(differences == [])
  }

  @Test(
    arguments: [
      (
        SettingWish.set(.queue("support"), ["stategy": .string("linear")]),
        "invalidParameters: [[queues]] knows no key 'stategy'; did you mean 'strategy'?"
      ),
      (
        .set(.queue("support"), ["paused": .string("yes")]), "invalidParameters: paused must be true or false, not text"
      ),
      (
        .set(.queue("support"), ["steps": .array([.object(["needs": .string("english>2")])])]),
        "invalidParameters: needs: 'english>2' compares by '>=' only (character 8)"
      ),
      (
        .set(.queue("support"), ["overflow": .object(["full": .string("queue:sale")])]),
        "invalidParameters: there is no queue 'sale'; did you mean 'sales'?"
      ),
      (
        .set(.queue("support"), ["overflow.full": .string("number:119")]),
        "invalidParameters: full: '119' is for emergencies, and no place for callers to overflow to"
      ),
      (
        .set(.queue("support"), ["music": .string("none.wav")]),
        "invalidParameters: music: '/nowhere/none.wav' cannot be read: there is no such file"
      ),
      (.set(.queue("suport"), ["weight": .integer(1)]), "notFound: there is no queue suport; did you mean 'support'?"),
      (.set(.queue("support"), ["id": .string("x")]), "invalidParameters: settings: 'id' is none that can be changed."),
      (
        .set(.queue("support"), ["exists": .bool(false)]),
        "invalidParameters: settings: 'exists' is none that can be changed."
      ),
      (.add(.queue("sales"), [:]), "wrongState: there is queue sales already"),
      (
        .add(.queue("a b"), [:]),
        "invalidParameters: 'a b' cannot be an id: 1 to 64 of the letters A–Z, a–z, digits, '-', '_' and '.'"
      ),
      (.place("1009", "sales", [:]), "notFound: there is no agent 1009; did you mean '1001'?"),
      (.place("1001", "sals", [:]), "notFound: there is no queue sals; did you mean 'sales'?"),
      (
        .set(.membership("1002", "support"), ["paused": .bool(true)]),
        "notFound: agent 1002 does not serve queue support"
      ),
      (.remove(.membership("1002", "support")), "notFound: agent 1002 does not serve queue support"),
      (
        .remove(.queue("support")),
        "wrongState: the file would not be in order any more: /nowhere/t.toml:22:9: there is no queue 'support'"
      ),
      (.reset(.queue("nowhere")), "notFound: there is no queue nowhere"),
      (
        .set(.agent("1001"), ["skills": .object(["english": .integer(101)])]),
        "invalidParameters: english must be from 0 to 100, not 101"
      ),
      (.add(.agent("1003"), ["phone": .string("desk")]), "invalidParameters: there is no phone 'desk'"),
    ] as [(SettingWish, String)])
  mutating func `what cannot be is refused with the reason, and nothing is different`(
    asked: SettingWish, answer: String
  ) {
    #expect(wish(asked) == answer)
    #expect(differences == [])
  }

  @Test mutating func `null is as if the file did not name the key`() {
    #expect(wish(.set(.queue("support"), ["longest_line": .null])).hasPrefix("queue support longest_line 5→null"))
    #expect(queue("support")?.longestLine == nil)
    #expect(differences == ["support longest_line 5 → null"])
  }

  @Test mutating func `a key within a table leaves the others as they are`() {
    wish(.set(.queue("support"), ["overflow.long_wait": .string("agent:1001"), "longest_wait_seconds": .integer(60)]))
    #expect(queue("support")?.overflow.whenFull == .queue("sales"))
    #expect(queue("support")?.overflow.afterLongestWait == .agent("1001"))
  }

  @Test mutating func `what is doubtful of a change is told to whoever made it, and what was before is not`() {
    let answer = wish(.set(.queue("sales"), ["hold_last_step": .bool(true)]))
    #expect(answer.hasSuffix("! hold_last_step does nothing without a last step that has seconds"))
    #expect(wish(.set(.queue("support"), ["weight": .integer(9)])) == "queue support weight 3→9")
  }

  @Test mutating func `what is set to what the file says is no change any more`() {
    wish(.set(.queue("support"), ["paused": .bool(true), "weight": .integer(9)]))
    #expect(queue("support")?.isPaused == true)
    wish(.set(.queue("support"), ["paused": .bool(false)]))
    #expect(queue("support")?.isPaused == false)
    #expect(differences == ["support weight 3 → 9"])
    wish(.set(.queue("support"), ["weight": .integer(3)]))
    #expect(differences == [])
    #expect(running.changes == SettingChanges())
  }

  // MARK: Memberships and agents

  @Test mutating func `a place in a queue keeps what is not named`() {
    wish(.place("1001", "sales", ["level": .integer(1)]))
    var membership = Membership(level: 1)
    membership.weight = 4
    #expect(agent("1001")?.memberships == ["support": 2, "sales": membership])
    #expect(
      wish(.set(.membership("1001", "support"), ["paused": .bool(true)]))
        == "agent 1001 in queue support paused null→true, ! everybody who serves queue 'support' is paused in it: its callers wait in vain"
    )
    #expect(agent("1001")?.memberships["support"]?.isPaused == true)
    #expect(agent("1001")?.memberships["support"]?.level == 2)
  }

  @Test mutating func `an agent comes into a queue, goes out of it and comes back`() {
    #expect(wish(.place("1002", "support", [:])).hasPrefix("agent 1002 in queue support level null→1"))
    #expect(agent("1002")?.memberships == ["sales": 1, "support": 1])
    wish(.remove(.membership("1002", "sales")))
    #expect(agent("1002")?.memberships == ["support": 1])
    #expect(differences == ["1002 in sales exists true → false", "1002 in support level null → 1"])
    wish(.place("1002", "sales", ["level": .integer(1)]))
    #expect(agent("1002")?.memberships == ["support": 1, "sales": 1])
    wish(.remove(.membership("1002", "support")))
    #expect(agent("1002")?.memberships == ["sales": 1])
  }

  @Test mutating func `skills are said anew`() {
    wish(.set(.agent("1001"), ["skills": .object(["french": .integer(5)])]))
    #expect(agent("1001")?.skills == ["french": 5])
    #expect(differences == ["1001 skills {\"english\":2} → {\"french\":5}"])
  }

  @Test mutating func `a capacity is set, judged as in the file, and no change any more when it is what the file says`()
  {
    wish(.set(.agent("1001"), ["capacity": .integer(2)]))
    #expect(agent("1001")?.capacity == 2)
    #expect(differences == ["1001 capacity null → 2"])
    #expect(
      wish(.set(.agent("1001"), ["capacity": .integer(11)])).hasPrefix("invalidParameters: capacity must be from 1"))
    wish(.set(.agent("1001"), ["capacity": .integer(1)]))
    #expect(agent("1001")?.capacity == 1 && differences == [])
  }

  @Test mutating func `agents and queues are added with what they need, and taken away`() {
    wish(.add(.queue("night"), ["strategy": .string("ring_all"), "name": .string("夜間")]))
    wish(.add(.agent("1003"), ["name": .string("新人"), "queues": .object(["night": .integer(2)])]))
    #expect(queue("night")?.strategy == .ringAll)
    #expect(running.configuration.queues.last?.name == "夜間")
    #expect(agent("1003")?.memberships == ["night": 2])
    #expect(
      wish(.remove(.queue("night")))
        == [
          "queue night exists true→false", "queue night name \"夜間\"→null", "queue night strategy \"ring_all\"→null",
          "agent 1003 queues {\"night\":2}→{}",
        ].joined(separator: ", "))
    #expect(agent("1003")?.memberships == [:])
    wish(.remove(.agent("1003")))
    #expect(running.changes == SettingChanges())
  }

  @Test mutating func `a queue that nothing refers to goes with all memberships in it`() {
    wish(.set(.queue("support"), ["overflow": .null]))
    wish(.place("1001", "spare", ["level": .integer(1)]))
    wish(.remove(.queue("sales")))
    #expect(queue("sales") == nil)
    #expect(agent("1001")?.memberships == ["support": 2, "spare": 1])
    #expect(agent("1002")?.memberships == [:])
    wish(.reset(.queue("sales")))
    #expect(agent("1002")?.memberships == ["sales": 1])
  }

  @Test func `one change takes one reading, however many there were before`() throws {
    var text = Self.text
    for index in 0..<300 { text += "\n[[agents]]\nid = \"2\(index)\"\nqueues = [\"sales\", \"spare\"]" }
    let readings = Atomic(0)
    let loaded = try DaemonConfiguration.parse(text: text, path: "/nowhere/t.toml") { settings in
      readings.add(1, ordering: .relaxed)
      return numberReader(settings)
    }
    let removals = (0..<300).map { index in
      SettingChange(
        subject: .membership(AgentID(rawValue: "2\(index)"), "spare"), key: SettingChange.existence, value: "false",
        user: 1000, changedAt: 1)
    }
    let running = RunningConfiguration(loaded.source, changes: SettingChanges(removals))
    let before = readings.load(ordering: .relaxed)
    let author = SettingChanges.Author(user: 1000, at: 2)
    let wish = SettingWish.set(.queue("support"), ["weight": .integer(9), "paused": .bool(true)])
    let changed = try running.changed(wish, by: author).get()
    #expect(readings.load(ordering: .relaxed) - before == 1)
    #expect(changed.running.changes.inOrder.count == 302)
    #expect(changed.running.configuration.distribution.queues.first?.weight == 9)
    // Those in a queue that goes are not needed any more.
    let gone = try changed.running.changed(.remove(.queue("spare")), by: author).get()
    #expect(readings.load(ordering: .relaxed) - before == 2)
    #expect(gone.running.changes.inOrder.count == 3)
  }

  @Test mutating func `what is set to what the file says anyway is no change`() {
    wish(.set(.queue("support"), ["weight": .integer(9), "longest_line": .integer(7)]))
    wish(.set(.queue("support"), ["weight": .integer(3)]))
    #expect(differences == ["support longest_line 5 → 7"])
    wish(.remove(.membership("1002", "sales")))
    wish(.remove(.agent("1002")))
    #expect(differences == ["support longest_line 5 → 7", "1002 exists true → false"])
  }

  @Test func `all tables that changes are about are read again with them`() {
    #expect(
      ConfigurationReading.Part.tablesReadAgain == [
        "sounds", "queues", "agents", "reasons", "dispositions", "distribution", "entries", "supervision", "control",
      ])
  }

  // MARK: Back to the file

  @Test mutating func `a reset goes back for a queue, an agent, or all`() {
    let file = running.configuration
    wish(.set(.queue("support"), ["weight": .integer(9)]))
    wish(.set(.queue("sales"), ["weight": .integer(8)]))
    wish(.place("1001", "support", ["level": .integer(7)]))
    wish(.set(.agent("1001"), ["skills": .object([:])]))
    #expect(wish(.reset(.queue("sales"))) == "queue sales weight 8→null")
    #expect(
      wish(.reset(.agent("1001"))) == "agent 1001 skills {}→{\"english\":2}, agent 1001 in queue support level 7→2")
    #expect(differences == ["support weight 3 → 9"])
    #expect(wish(.reset(nil)) == "queue support weight 9→3")
    #expect(running.configuration == file)
    #expect(wish(.reset(nil)) == "")
  }

  @Test mutating func `what another change needs cannot be reset before it`() {
    wish(.add(.queue("night"), [:]))
    wish(.set(.queue("support"), ["overflow.full": .string("queue:night")]))
    #expect(
      wish(.reset(.queue("night")))
        == "wrongState: what was changed before would not fit any more: queue support, overflow.full: there is no queue 'night'"
    )
    wish(.reset(.queue("support")))
    #expect(wish(.reset(.queue("night"))) == "queue night exists true→false")
    #expect(running.changes == SettingChanges())
  }

  // MARK: At the next start

  private func started(_ text: String) throws -> RunningConfiguration {
    RunningConfiguration(try parse(text).get().source, changes: SettingChanges(running.changes.inOrder))
  }

  @Test mutating func `saved changes win over the file at the next start`() throws {
    wish(.set(.queue("support"), ["weight": .integer(9)]))
    wish(.place("1002", "support", ["level": .integer(4)]))
    let next = try started(Self.text.replacing("weight = 3", with: "weight = 5"))
    #expect(next.aside.isEmpty)
    #expect(next.configuration.distribution.queues.first?.weight == 9)
    #expect(next.configuration.distribution.agents.last?.memberships == ["sales": 1, "support": 4])
  }

  @Test mutating func `what does not fit the file any more is set aside with the reason, and kept`() throws {
    wish(.set(.queue("spare"), ["weight": .integer(9)]))
    wish(.place("1001", "spare", ["level": .integer(4)]))
    wish(.set(.queue("sales"), ["overflow.full": .string("queue:spare"), "weight": .integer(8)]))
    running = try started(Self.text.replacing("[[queues]]\nid = \"spare\"\n", with: ""))
    #expect(queue("sales")?.weight == 8)
    #expect(queue("sales")?.overflow.whenFull == nil)
    #expect(
      differences == [
        "sales overflow.full null → null: there is no queue 'spare'",
        "sales weight null → 8",
        "spare weight null → null: there is no queue 'spare'",
        "1001 in spare level null → null: there is no queue 'spare'",
      ])
    // It stands in no other change's way, and goes by a reset.
    #expect(wish(.set(.queue("sales"), ["weight": .integer(7)])) == "queue sales weight 8→7")
    #expect(differences.count == 4)
    wish(.reset(.queue("spare")))
    #expect(differences.count == 2)
    wish(.set(.queue("sales"), ["overflow.full": .string("queue:support")]))
    #expect(running.aside.isEmpty)
  }

  @Test mutating func `a queue that was taken away, and that the file uses now, is there again`() throws {
    wish(.remove(.queue("spare")))
    wish(.set(.queue("support"), ["weight": .integer(9)]))
    running = try started(Self.text + "\n[[entries]]\ncalled = \"8001\"\nqueue = \"spare\"\n")
    #expect(queue("spare") != nil)
    #expect(queue("support")?.weight == 9)
    #expect(running.aside.count == 1)
    #expect(running.aside.first?.value == "/nowhere/t.toml:27:9: there is no queue 'spare'")
  }

  @Test(arguments: ["", "{", "{\"a\":", "\u{0}", "nonsense", "[[[[", "1e999"])
  func `garbage in the table of changes does no harm`(value: String) throws {
    func row(_ subject: SettingSubject, _ key: String) -> SettingChange {
      SettingChange(subject: subject, key: key, value: value, user: 0, changedAt: 0)
    }
    let rows = [
      row(.queue("support"), "weight"), row(.queue("support"), ""), row(.queue("support"), "overflow."),
      row(.queue("support"), "."), row(.queue(""), "weight"), row(.agent("1001"), "queues"),
      row(.membership("1001", "support"), "level"), row(.membership("", ""), ""),
    ]
    let next = RunningConfiguration(try parse(Self.text).get().source, changes: SettingChanges(rows))
    #expect(next.aside.count == rows.count)
    #expect(next.configuration == running.configuration)
  }
}
