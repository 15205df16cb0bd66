import CSQLite
import Control
import Glibc
import LoopbackTesting
import Telephony
import Testing

@Suite(.serialized, .fewAtOnce) struct `Figures of real calls` {
  /// A second queue, in which nobody is short.
  private static let sales = """
    [[queues]]
    id = "sales"
    short_abandon_seconds = 0
    [[entries]]
    called = "8005"
    queue = "sales"
    """

  /// Runs `tsunagi` and brings what it ended with and printed.
  private func tsunagi(_ office: Office, _ words: [String]) async throws -> (code: Int32, output: String) {
    let now = Int64(time(nil)) * 1000
    let period = ["--from", RFC3339.text(now - 10_800_000), "--to", RFC3339.text(now + 10_800_000)]
    let child = try ChildProcess(
      programs() + "/tsunagi", ["--socket", office.daemon.socket] + words + period, in: office.daemon.folder,
      log: office.daemon.folder + "/tsunagi-\(monotonicNanoseconds()).log")
    let code = try await child.waitForExit()
    return (code, child.output)
  }

  /// What was counted of one subject, over all times of the report.
  private func counts(_ office: Office, _ kind: String, _ subject: String, _ view: String = "cohort") async throws
    -> [String: Int64]
  {
    let (code, output) = try await tsunagi(office, ["report", "--json", "--by", "15min", "--view", view])
    #expect(code == 0)
    let report = try JSON(reading: output.utf8)
    #expect(report["view"]?.text == view)
    var sums: [String: Int64] = [:]
    for row in report["rows"]?.elements ?? []
    where row["kind"]?.text == kind && row["subject"]?.text == subject {
      guard case .object(let counts)? = row["counts"] else { continue }
      for (name, value) in counts { sums[name, default: 0] += value.whole ?? 0 }
    }
    return sums
  }

  /// Summed over all quarters both views are the same, but for what is no sum, and for first contacts, which are only by
  /// cohort; wrap-up goes on while both are asked for.
  private func judgeEvents(_ office: Office) async throws {
    var views = [try await counts(office, "queue", "support"), try await counts(office, "queue", "support", "event")]
    for index in views.indices {
      for item in ["longest_wait", "threshold_least", "threshold_greatest", "acw"] { views[index][item] = nil }
      views[index] = views[index].filter { index == 1 || !$0.key.hasPrefix("fcr") }
    }
    #expect(views[0] == views[1] && views[1]["answered"] == 1, "\(views)")
    let csv = try await tsunagi(office, ["report", "--csv", "--view", "event"])
    #expect(csv.output.contains(",support,") && csv.output.contains(",event"), "\(csv.output)")
  }

  private func tamper(_ office: Office, _ sql: String) throws {
    var handle: OpaquePointer?
    try #require(sqlite3_open(office.daemon.database, &handle) == SQLITE_OK)
    defer { sqlite3_close(handle) }
    sqlite3_busy_timeout(handle, 10_000)
    try #require(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK, "\(String(cString: sqlite3_errmsg(handle)))")
  }

  /// Anna lets it ring until it is taken from her, Boris answers; the caller hangs up.
  private func missedThenAnswered(_ office: Office) async throws {
    let floor = try office.handPlayedPhone()
    try await office.works("anna", at: "ext-anna")
    let caller = try office.handPlayedCaller()
    let mark = office.events.mark
    var dialog = SIPSocket.Dialog("m", service: "8000", at: office.host, from: Office.caller)
    try await caller.call(&dialog, body: caller.sdp())
    let first = try await floor.receive(request: "INVITE")
    floor.respond(180, "Ringing", to: first)
    try await office.works("boris", at: "ext-boris")
    let cancel = try await floor.receive(request: "CANCEL")
    floor.respond(200, "OK", to: cancel)
    floor.respond(487, "Request Terminated", to: first)
    let second = try await floor.receive("the call for boris") {
      $0.method == "INVITE" && $0.text.contains("sip:1002@")
    }
    floor.respond(180, "Ringing", to: second)
    floor.respond(200, "OK", to: second, body: floor.sdp())
    try await office.events.notice("contact.connected", from: mark)
    try await caller.hangUp(dialog)
    let bye = try await floor.receive(request: "BYE")
    floor.respond(200, "OK", to: bye)
    try await office.events.notice("contact.ended", from: mark)
  }

  private func leaves(_ office: Office, _ service: String) async throws {
    let caller = try office.handPlayedCaller()
    let mark = office.events.mark
    var dialog = SIPSocket.Dialog("q\(service)", service: service, at: office.host, from: Office.caller)
    try await caller.call(&dialog, body: caller.sdp())
    try await office.events.notice("contact.queued", from: mark)
    try await caller.hangUp(dialog)
    try await office.events.notice("contact.ended", from: mark)
  }

  @Test func `the report is what happened, the log says the same, and a wrong row is found; also after a kill`()
    async throws
  {
    let queue = "service_level_seconds = 3600\nshort_abandon_seconds = 3600\nmissed_offers_before_away = 0"
    let office = try await Office(Self.sales, queue: queue, ringSeconds: 1)
    try await leaves(office, "8000")
    try await leaves(office, "8005")
    try await missedThenAnswered(office)
    try await judge(office)

    let agrees = try await tsunagi(office, ["figures", "--verify"])
    #expect(agrees.code == 0, "\(agrees.output)")
    #expect(agrees.output.contains("3 contacts"))

    try tamper(office, "UPDATE segments SET end_reason = 'waited_too_long' WHERE queue = 'sales'")
    let differs = try await tsunagi(office, ["figures", "--verify"])
    #expect(differs.code == 1)
    #expect(differs.output.contains("abandoned") && differs.output.contains("flow_out:timeout"), "\(differs.output)")
    try tamper(office, "UPDATE segments SET end_reason = 'abandoned' WHERE queue = 'sales'")
    #expect(try await tsunagi(office, ["figures", "--verify"]).code == 0)

    office.daemon.process.signal(9)
    _ = try await office.daemon.process.waitForExit()
    let again = try await Office(Self.sales, queue: queue, folder: office.daemon.folder, ports: office.port)
    try await judge(again)
    let after = try await tsunagi(again, ["figures", "--verify"])
    #expect(after.code == 0, "\(after.output)")
    #expect(again.daemon.log.contains("figures were reckoned from the log"))
    // The day goes on where it was.
    let queues = try await again.events.request("queues.list").elements
    #expect(queues.first { $0["queue"]?.text == "support" }?["offeredToday"]?.whole == 2)
    await again.stop()
  }

  @Test func `who waited when the daemon was killed was offered to his queue, and the system failed him`() async throws
  {
    let office = try await Office(Self.sales)
    let caller = try office.handPlayedCaller()
    let mark = office.events.mark
    var dialog = SIPSocket.Dialog("w", service: "8000", at: office.host, from: Office.caller)
    try await caller.call(&dialog, body: caller.sdp())
    try await office.events.notice("contact.queued", from: mark)
    // Whoever reads figures finds what has happened: now it is on the disk.
    #expect(try await counts(office, "queue", "support")["offered"] == 1)
    office.daemon.process.signal(9)
    _ = try await office.daemon.process.waitForExit()
    let again = try await Office(Self.sales, folder: office.daemon.folder, ports: office.port)
    let support = try await counts(again, "queue", "support")
    #expect(support["offered"] == 1 && support["system_failure"] == 1, "\(support)")
    let events = try await counts(again, "queue", "support", "event")
    #expect(events["offered"] == 1 && events["system_failure"] == 1 && events["waiting"] == nil, "\(events)")
    let all = try await counts(again, "all", "")
    #expect(all["offered"] == 1 && all["direct"] == nil, "\(all)")
    let agrees = try await tsunagi(again, ["figures", "--verify"])
    #expect(agrees.code == 0, "\(agrees.output)")
    await again.stop()
  }

  @Test func `after a clean end what is kept stays, and a figure that is not what the log says is told`() async throws {
    let office = try await Office(Self.sales)
    try await leaves(office, "8005")
    #expect(try await counts(office, "queue", "sales")["offered"] == 1)
    await office.stop()
    let sound = try await Office(Self.sales, folder: office.daemon.folder, ports: office.port)
    #expect(!sound.daemon.log.contains("reckoned from the log") && !sound.daemon.log.contains("differ"))
    await sound.stop()
    // As a release left it that kept no figures by event, or any other that meant something else.
    try tamper(
      office,
      """
      UPDATE figures SET counts = replace(counts, 'at:longest_wait=', 'at:longest_wait=9');
      INSERT INTO figures_due (id, quarter) VALUES (1, 0);
      """)
    let upgraded = try await Office(Self.sales, folder: office.daemon.folder, ports: office.port)
    #expect(upgraded.daemon.log.contains("figures were reckoned from the log"))
    let restored = try await tsunagi(upgraded, ["figures", "--verify"])
    #expect(restored.code == 0, "\(restored.output)")
    await upgraded.stop()
    try tamper(
      office,
      """
      UPDATE figures SET counts = replace(counts, 'offered=1', 'offered=9') WHERE kind = 'queue';
      INSERT INTO figures SELECT quarter, 'queue', 'gone', 'nonsense' FROM figures WHERE subject = 'sales';
      """)
    let again = try await Office(Self.sales, folder: office.daemon.folder, ports: office.port)
    let log = again.daemon.log
    #expect(
      log.contains("a figure is not what the log says") && log.contains("figures and log differ after a clean end"))
    #expect(try await counts(again, "queue", "sales")["offered"] == 9)
    let differs = try await tsunagi(again, ["figures", "--verify"])
    #expect(differs.code == 1)
    #expect(differs.output.contains("offered") && differs.output.contains("gone: nonsense"), "\(differs.output)")
    await again.stop()
  }

  @Test func `a customer who calls again about the same has not been helped the first time`() async throws {
    // Time for the directory, however busy the machine is.
    let codes = "[[dispositions]]\nid = \"fault\"\n[[dispositions]]\nid = \"order\"\n"
    let office = try await Office(
      "deadline_ms = 5000\n[figures]\nfirst_contact_days = 1\n" + codes, queue: "wrap_up = \"none\"")
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    try await office.works("anna", at: "ext-anna")
    for (name, number) in [("a", "0311112222"), ("b", "0311112222"), ("c", "0344445555"), ("d", "0344445555")] {
      let mark = office.events.mark
      var dialog = SIPSocket.Dialog(name, service: "8000", at: office.host, from: "<sip:\(number)@127.0.0.2>")
      try await caller.call(&dialog, body: caller.sdp())
      _ = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp())
      let contact = try #require(try await office.events.notice("contact.connected", from: mark).contact)
      if let code = ["a": "fault", "b": "order"][name] {
        try await office.events.request("contact.setDisposition", ["contact": .string(contact), "code": .string(code)])
      }
      try await caller.hangUp(dialog)
      try await phone.isHungUp()
      try await office.events.notice("contact.ended", from: mark)
    }
    for (kind, subject) in [("all", ""), ("entry", "8000"), ("queue", "support"), ("agent", "anna")] {
      let found = try await counts(office, kind, subject)
      #expect(found["fcr_contacts"] == 2 && found["fcr_repeated"] == 1 && found["fcr_open"] == 1, "\(kind): \(found)")
      #expect(found["handled"] == 4, "\(kind): \(found)")
    }
    let csv = try await tsunagi(office, ["report", "--csv", "--by", "month", "--per", "queue"]).output
    let (head, row) = (csv.split(separator: "\r\n").first ?? "", csv.split(separator: "\r\n").last ?? "")
    let column = try #require(head.split(separator: ",", omittingEmptySubsequences: false).firstIndex(of: "fcr"))
    #expect(row.split(separator: ",", omittingEmptySubsequences: false)[column] == "50", "\(csv)")
    let agrees = try await tsunagi(office, ["figures", "--verify"])
    #expect(agrees.code == 0 && agrees.output.contains("4 contacts"), "\(agrees.output)")
    // From now on both codes say what a call was about.
    for code in ["fault", "order"] {
      try await office.events.request(
        "code.set",
        [
          "list": .string("dispositions"), "code": .string(code), "settings": .object(["is_reason": .bool(true)]),
        ])
    }
    let otherwise = try await counts(office, "all", "")
    #expect(
      otherwise["fcr_contacts"] == 2 && otherwise["fcr_repeated"] == nil && otherwise["fcr_open"] == 2, "\(otherwise)")
    await office.stop()
  }

  private func judge(_ office: Office) async throws {
    let support = try await counts(office, "queue", "support")
    #expect(support["offered"] == 2 && support["answered"] == 1 && support["short_abandoned"] == 1)
    #expect(support["answered_within"] == 1 && support["handled"] == 1)
    #expect(support["offers"] == 2 && support["offers_ended:no_answer"] == 1 && support["offers_answered"] == 1)
    #expect((support["talk"] ?? 0) > 0 && (support["answer_time"] ?? 0) > 1_000_000_000)
    let sales = try await counts(office, "queue", "sales")
    #expect(sales["offered"] == 1 && sales["abandoned"] == 1 && sales["short_abandoned"] == nil)
    let all = try await counts(office, "all", "")
    #expect(all["arrived"] == 3 && all["offered"] == 3 && all["answered"] == 1)
    let anna = try await counts(office, "agent", "anna")
    #expect(anna["offers_ended:no_answer"] == 1 && anna["handled"] == nil && (anna["time_logged_in"] ?? 0) > 0)
    #expect(try await counts(office, "agent", "boris")["handled"] == 1)
    #expect(try await counts(office, "entry", "8005")["arrived"] == 1)
    try await judgeEvents(office)
  }
}
