import Control
import Telephony

/// One notice of each type, every member that may be left out set.
enum NoticeSamples {
  static let all: [Notice.Body] = [
    .contactArrived(caller: caller, called: "8000", direction: "inbound"), .contactQueued,
    .contactOverflowed(kind: "queue", to: "sales", reason: "full"),
    .contactOffered(phone: "desk-1"), .contactRinging, .contactOfferEnded(reason: "no_answer"), .contactConnected,
    .contactHeld, .contactRetrieved, .contactDialing(number: "03-1234-5678"), .contactDigit("1"),
    .contactTakenOver(from: "1001"),
    .contactAudio(side: "outside", state: "flowing"),
    .contactPriorityChanged(5), .queueChanged(changes, user: 1000), .membershipChanged(changes, user: 1000),
    .agentSettingsChanged(changes, user: 1000),
    .shiftChanged(from: "2026-11-23", to: "2026-11-29", days: 5, user: 1000),
    .codeChanged(list: "reasons", code: "lunch", changes, user: 1000),
    .contactEnded(reason: "busy", stage: "dialing_number"), .popUp(card), .popUpCompleted(card),
    .agentChanged(agent, cause: "away", by: "agent"), .agentOverstayed(reason: "lunch", since: "t"),
    .contactDisposition(code: "sold", note: "two of them"), .agentDisplaced(from: "desk-1"),
    .recordingStarted(recording),
    .recordingEnded(recording), .recordingFailed(recording, reason: "no space left"), .monitorStarted(monitor),
    .monitorChanged(monitor), .monitorStopped(monitor, reason: "stopped"),
    .monitorRefused(supervisor: "1009", phone: "desk-9", right: "barge", reason: "no right"), .phoneReachable("desk-1"),
    .phoneUnreachable("desk-1"), .refused(source: "192.0.2.1", reason: "wrong password"), .draining,
    .overloaded(load, causes: ["lateness"]), .recovered(load, seconds: 60),
  ]

  private static let changes = [
    SettingDifference(subject: .queue("support"), key: "strategy", old: .null, new: .string("linear"))
  ]
  private static let caller = CallerSummary(
    number: "+81312345678", display: "03-1234-5678", name: "", anonymity: nil, verified: true)
  private static let card = PopUp(card: "known", caller: caller, called: "8000", customers: [], waitedMilliseconds: 0)
  private static let recording = RecordingSummary(recording: "r", path: "/r.wav", state: "recording", startedAt: "t")
  private static let monitor = MonitorSummary(
    monitor: "m", supervisor: "1009", phone: "desk-9", agent: "1001", contact: "c", mode: .whisper, follow: .agent,
    state: "present", since: "")
  private static let load = LoadSummary(
    ticks: 500, missedTicks: 0, latenessP50Microseconds: 100, latenessP99Microseconds: 900,
    latenessWorstMicroseconds: 1500, signallingLatenessMicroseconds: 0, busyPercent: 20, recorderPercent: 5,
    lostSamples: 0, eventsWaiting: 0)
  private static let agent: AgentSummary = {
    var agent = AgentSummary(
      agent: "1001", name: "佐藤 花子", reading: "サトウ ハナコ", status: "not_ready", reason: "lunch", activity: "talking",
      pending: "ready", phone: "desk-1", contact: "c", statusSince: "", activitySince: "", queues: ["support"])
    agent.offered = "d"
    agent.reasonName = "昼休憩"
    return agent
  }()

  /// What a client gets as `params`.
  static func parameters(of body: Notice.Body) throws -> [String: JSON] {
    var log = NoticeLog(epoch: 1)
    let at = Moment(monotonicNanoseconds: 0, wallMilliseconds: 0)
    let entry = log.append(Notice(at: at, contact: "c", agent: "1001", queue: "support", body: body))
    guard case .object(let line) = try JSON(reading: entry.line.dropLast()), case .object(let members)? = line["params"]
    else { return [:] }
    return members
  }

  /// Names of an object's members, sorted.
  static func members(of json: JSON?) -> [String] {
    guard case .object(let members)? = json else { return [] }
    return members.keys.sorted()
  }
}
