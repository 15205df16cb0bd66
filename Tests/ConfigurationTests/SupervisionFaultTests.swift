import Configuration
import Supervision
import Telephony
import Testing

@Suite struct `Faults in what supervisors may` {
  private static let queue = "[[queues]]\nid = \"support\"\n"
  private static let agent = "[[agents]]\nid = \"1001\"\nqueues = [\"support\"]\n"

  private static let cases: [(String, [String])] = [
    (
      queue
        + "[supervision]\nqueues = [\"suport\"]\nnotify_agent = true\nring_seconds = 0\nbeep_seconds = 61\nrecording = \"left\"\n",
      [
        "2:1: warning: queue 'support' has no agents: its callers wait in vain",
        "4:11: error: queues: there is no queue 'suport'; did you mean 'support'?",
        "5:1: error: [supervision] knows no key 'notify_agent'",
        "6:16: error: ring_seconds must be from 1 to 600, not 0",
        "7:16: error: beep_seconds must be from 0 to 60, not 61",
        "8:13: error: recording cannot be 'left': one of 'right', 'separate', 'none'",
      ]
    ),
    (
      queue + agent
        + "[[supervision.rights]]\nsupervisor = \"1009\"\nagents = [\"101\"]\nqueues = [\"suport\"]\nmay = [\"barge\", \"speak\"]\n",
      [
        "7:14: error: there is no agent '1009'; did you mean '1001'?",
        "8:11: error: there is no agent '101'; did you mean '1001'?",
        "9:11: error: queues: there is no queue 'suport'; did you mean 'support'?",
        "10:1: error: may must contain 'listen': everybody begins by listening",
        "10:17: error: may cannot be 'speak': one of 'listen', 'whisper', 'barge', 'take_over'",
      ]
    ),
    (
      queue + agent + "[[supervision.rights]]\nmay = [\"listen\"]\n",
      ["6:1: error: [[supervision.rights]] has no supervisor: who may: an agent's id"]
    ),
    (
      "[supervision]\ncode = \"*55#\"\n",
      ["2:8: error: code must be 1 to 8 digits and asterisks, such as '*55', not '*55#'"]
    ),
    (
      "[supervision]\nvisible_to = \"agents\"\n",
      [
        "2:14: error: visible_to cannot be 'agents': one of 'supervisors', 'agent', 'everyone'; did you mean 'agent'?"
      ]
    ),
    (
      queue + agent
        + "[[queues]]\nid = \"sales\"\n[supervision]\nqueues = [\"sales\"]\n[[supervision.rights]]\nsupervisor = \"1001\"\nqueues = [\"sales\", \"support\"]\n",
      [
        "7:1: warning: queue 'sales' has no agents: its callers wait in vain",
        "12:20: warning: queues: [supervision] queues leaves 'support' out: nothing there may be monitored",
      ]
    ),
    (
      "[supervision]\ncode = \"*55\"\n",
      ["2:8: warning: code does nothing without [[supervision.rights]] that give somebody a right"]
    ),
    ("[supervision]\ncode = \"11\"\n", ["2:8: error: code: '11' stands at the beginning of 110"]),
    (
      "[supervision]\ncode = \"05\"\n",
      [
        "2:8: error: code: numbers of the public network begin with 0: one of '*55' and the like leaves them alone"
      ]
    ),
    (
      "[[entries]]\ncalled = \"8XXX\"\nreject = 404\n[[entries]]\ncalled = \"80\"\nreject = 404\n[supervision]\ncode = \"80\"\n",
      ["8:8: error: code: the entry with called = '8XXX' is for numbers that begin with '80'"]
    ),
  ]

  @Test(arguments: cases)
  func `each is told with its place, what is wrong and what was meant`(text: String, expected: [String]) {
    let found = faults(text).filter {
      (text.contains("*55\"") || !$0.contains("code does nothing")) && !$0.contains("110, 118 and 119")
        && !$0.contains("nobody may use the socket") && !$0.contains("gets 404")
    }
    #expect(found.sorted() == expected.sorted())
  }

  @Test func `an extension that begins with the code could not be dialled`() {
    let text = """
      [[trunks]]
      id = "p"
      addresses = ["192.0.2.1"]
      [[phones]]
      id = "ext"
      trunk = "p"
      number = "5501"
      [supervision]
      code = "55"
      """
    #expect(faults(text).contains("9:8: error: code: the phone with the number '5501' could not be dialled"))
  }

  @Test func `rights are read as they are written, and without any there are none`() throws {
    let more = """
      [supervision]
      queues = ["support"]
      code = "*7"
      [[supervision.rights]]
      supervisor = "1001"
      [[supervision.rights]]
      supervisor = "1001"
      agents = ["1001"]
      queues = ["support"]
      may = ["listen", "take_over"]
      """
    let settings = try parse(Self.queue + Self.agent + more).get().configuration.supervision
    #expect(settings.code == MonitorCode("*7") && settings.rules.queues == ["support"])
    #expect(
      settings.rules.rows == [
        MonitorRule(supervisor: "1001"),
        MonitorRule(supervisor: "1001", agents: ["1001"], queues: ["support"], rights: [.listen, .takeOver]),
      ])
    let plain = try parse("[supervision]\ncode = \"\"\n").get().configuration.supervision
    #expect(plain.code == nil && plain.rules.rows == [])
    #expect(plain.visibility == .supervisors)
    for (line, visibility) in [
      ("visible_to = \"agent\"", .agent), ("visible_to = \"everyone\"", .everyone),
      ("visible_to = \"supervisors\"", .supervisors),
    ] as [(String, Visibility)] {
      #expect(try parse("[supervision]\n" + line).get().configuration.supervision.visibility == visibility)
    }
    #expect(try parse("").get().configuration.supervision.code == .usual)
  }
}
