import Control
import Telephony
import Testing

@Suite struct `Numbering and keeping notices` {
  private let now = Moment(monotonicNanoseconds: 5_000_123_456, wallMilliseconds: 1_790_000_000_000)
  private let caller = CallerSummary(
    number: "+81312345678", display: "03-1234-5678", name: "<田中>", anonymity: nil, verified: true)

  private func log(_ count: Int, keeping: Int = 100, bytes: Int = 1 << 20) -> NoticeLog {
    var log = NoticeLog(epoch: 42, keeping: keeping, bytes: bytes)
    for n in 0..<count {
      _ = log.append(Notice(at: now, agent: n % 2 == 0 ? "even" : "odd", body: n % 3 == 0 ? .contactHeld : .draining))
    }
    return log
  }

  private func subscription(since: UInt64? = nil, epoch: UInt64? = nil, agent: AgentID? = nil, types: [String] = [])
    -> Subscription
  {
    var subscription = Subscription()
    subscription.since = since
    subscription.epoch = epoch
    subscription.agent = agent
    subscription.types = types
    return subscription
  }

  @Test func `a notice is one line with everything on it`() {
    var log = NoticeLog(epoch: 42)
    let notice = Notice(
      at: now, contact: "c", agent: "1001", queue: "q",
      body: .popUp(PopUp(card: "unknown", caller: caller, called: "0312340000", customers: [], waitedMilliseconds: 12)))
    let line = String(decoding: log.append(notice).line, as: UTF8.self)
    #expect(
      line
        == #"{"jsonrpc":"2.0","method":"event","params":{"agent":"1001","contact":"c","data":{"called":"0312340000","#
        + #""caller":{"display":"03-1234-5678","name":"\u003c田中>","number":"+81312345678","verified":true},"#
        + #""card":"unknown","customers":[],"waitedMilliseconds":12},"epoch":42,"monotonic":5000123,"queue":"q","seq":1,"#
        + #""time":"2026-09-21T14:13:20.000Z","type":"popup","v":1}}"# + "\n")
  }

  @Test(arguments: [
    (Audience.everybody, [true, true, true, false]), (.supervisors(), [true, false, false, false]),
    (.supervisors(and: ["1001"]), [true, false, true, false]),
    (.supervisors(and: ["1002"]), [true, false, false, false]),
    (.others(than: ["1001"]), [false, true, false, false]), (.others(than: []), [false, true, true, false]),
    (.bound(to: "1001"), [false, false, true, false]),
  ])
  func `who may know it is told, and nobody else`(audience: Audience, told: [Bool]) {
    var log = NoticeLog(epoch: 42)
    let entry = log.append(Notice(at: now, agent: "1001", body: .contactHeld, audience: audience))
    var supervisors = Subscription()
    supervisors.seesMonitors = true
    // Whoever only asks for an agent's events is not her.
    var bound = subscription(agent: "1001")
    bound.boundTo = "1001"
    let all = [supervisors, Subscription(), bound, subscription(agent: "1002")]
    #expect(all.map(entry.isWanted) == told)
  }

  @Test func `every type is written with its data`() throws {
    let recording = RecordingSummary(recording: "r", path: "/r.wav", state: "failed", startedAt: "t")
    let agent = AgentSummary(
      agent: "1", name: "n", reading: "", status: "ready", reason: nil, activity: "idle", pending: nil, phone: nil,
      contact: nil, statusSince: "", activitySince: "", queues: [])
    let card = PopUp(card: "known", caller: caller, called: "1", customers: [], waitedMilliseconds: 0)
    let monitor = MonitorSummary(
      monitor: "m", supervisor: "9", phone: "p", agent: "1", contact: nil, mode: .listen, follow: .agent,
      state: "waiting", since: "")
    let members = ["agent", "follow", "mode", "monitor", "phone", "since", "state", "supervisor"]
    let load = LoadSummary(
      ticks: 0, missedTicks: 0, latenessP50Microseconds: 0, latenessP99Microseconds: 0, latenessWorstMicroseconds: 0,
      signallingLatenessMicroseconds: 0, busyPercent: 0, recorderPercent: 0, lostSamples: 0, eventsWaiting: 0)
    let figures = [
      "busyPercent", "eventsWaiting", "latenessP50Microseconds", "latenessP99Microseconds", "latenessWorstMicroseconds",
      "lostSamples", "missedTicks", "recorderPercent", "signallingLatenessMicroseconds", "ticks",
    ]
    let bodies: [(Notice.Body, [String])] = [
      (.contactArrived(caller: caller, called: "1", direction: "inbound"), ["called", "caller", "direction"]),
      (.contactQueued, []),
      (.contactOverflowed(kind: "queue", to: "sales", reason: "full"), ["kind", "reason", "to"]),
      (.contactOffered(phone: "p"), ["phone"]), (.contactRinging, []),
      (.contactOfferEnded(reason: "x"), ["reason"]), (.contactConnected, []), (.contactHeld, []),
      (.contactRetrieved, []),
      (.contactDialing(number: "1"), ["number"]), (.contactDigit("5"), ["digit"]),
      (.contactTakenOver(from: "1"), ["from"]),
      (.contactDisposition(code: "c", note: "n"), ["code", "note"]),
      (.contactAudio(side: "outside", state: "silent"), ["side", "state"]),
      (.contactPriorityChanged(5), ["priority"]),
      (.contactEnded(reason: "x", stage: "y"), ["reason", "stage"]),
      (.popUp(card), ["called", "caller", "card", "customers", "waitedMilliseconds"]),
      (.popUpCompleted(card), ["called", "caller", "card", "customers", "waitedMilliseconds"]),
      (
        .agentChanged(agent, cause: "c", by: "b"),
        [
          "activity", "activitySince", "agent", "by", "capacity", "cause", "contacts", "name", "queues", "reading",
          "status", "statusSince",
        ]
      ),
      (.agentOverstayed(reason: "r", since: "t"), ["reason", "since"]),
      (.agentDisplaced(from: "p"), ["from"]),
      (.agentSettingsChanged([], user: 1), ["changes", "user"]), (.queueChanged([], user: 1), ["changes", "user"]),
      (.membershipChanged([], user: 1), ["changes", "user"]),
      (.codeChanged(list: "reasons", code: "c", [], user: 1), ["changes", "code", "list", "user"]),
      (.shiftChanged(from: "f", to: "t", days: 2, user: 1), ["days", "from", "to", "user"]),
      (.recordingStarted(recording), ["path", "recording", "startedAt", "state"]),
      (.recordingEnded(recording), ["path", "recording", "startedAt", "state"]),
      (.recordingFailed(recording, reason: "x"), ["path", "reason", "recording", "startedAt", "state"]),
      (.monitorStarted(monitor), members), (.monitorChanged(monitor), members),
      (.monitorStopped(monitor, reason: "x"), (members + ["reason"]).sorted()),
      (
        .monitorRefused(supervisor: "9", phone: "p", right: "barge", reason: "x"),
        ["phone", "reason", "right", "supervisor"]
      ),
      (.phoneReachable("p"), ["phone"]), (.phoneUnreachable("p"), ["phone"]),
      (.refused(source: "s", reason: "r"), ["reason", "source"]), (.draining, []),
      (.overloaded(load, causes: ["events"]), (figures + ["causes"]).sorted()),
      (.recovered(load, seconds: 1), (figures + ["seconds"]).sorted()),
    ]
    #expect(bodies.map(\.0.type) == Notice.Body.types)
    var log = NoticeLog(epoch: 1)
    for (body, names) in bodies {
      let line = try JSON(reading: log.append(Notice(at: now, body: body)).line)
      guard case .object(let members) = line, case .object(let parameters) = members["params"],
        case .object(let data) = parameters["data"]
      else {
        Issue.record("no data in \(body)")
        continue
      }
      #expect(data.keys.sorted() == names)
    }
  }

  @Test func `what is asked for comes again without a gap`() {
    let log = log(250)
    #expect(log.next == 251)
    #expect(log.oldest == 151)
    let replay = log.replay(subscription(since: 200, epoch: 42))
    #expect(replay.entries.map(\.seq) == Array(200...250))
    #expect(replay.answer == Subscribed(epoch: 42, next: 200, missed: false))
  }

  @Test(
    arguments: [
      (nil, nil, 0, 251, false), (251, 42, 0, 251, false), (151, 42, 100, 151, false), (150, 42, 100, 151, true),
      (0, nil, 100, 151, true), (252, 42, 0, 251, true), (240, 41, 100, 151, true), (UInt64.max, nil, 0, 251, true),
    ] as [(UInt64?, UInt64?, Int, UInt64, Bool)])
  func `what is no longer kept is said to be missed`(
    since: UInt64?, epoch: UInt64?, count: Int, next: UInt64, missed: Bool
  ) {
    let replay = log(250).replay(subscription(since: since, epoch: epoch))
    #expect(replay.entries.count == count)
    #expect(replay.answer == Subscribed(epoch: 42, next: next, missed: missed))
  }

  @Test func `only what is wanted comes`() {
    var log = log(100)
    _ = log.append(Notice(at: now, body: .draining))
    _ = log.append(Notice(at: now, body: .phoneReachable("desk")))
    let ofNobody = log.replay(subscription(since: 1, agent: "nobody")).entries
    #expect(ofNobody.map(\.type) == ["system.draining"], "the daemon's own is for everybody")
    let odd = log.replay(subscription(since: 1, agent: "odd", types: ["contact"])).entries
    #expect(!odd.isEmpty)
    #expect(odd.allSatisfy { $0.agent == "odd" && $0.type == "contact.held" })
    #expect(log.replay(subscription(since: 1, types: ["cont"])).entries.isEmpty)
    #expect(log.replay(subscription(since: 1, types: ["system.draining"])).entries.count == 66)
  }

  @Test func `the log is bounded in bytes, but keeps the latest`() {
    #expect(log(100, bytes: 1000).oldest > 90)
    let small = log(100, bytes: 1)
    #expect(small.oldest == 100)
    #expect(small.replay(subscription(since: 100)).entries.count == 1)
  }
}
