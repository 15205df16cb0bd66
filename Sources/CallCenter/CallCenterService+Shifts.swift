import Control
import Figures
import Telephony

/// The plan of shifts: read by `Figures`, kept by a store that judges and writes at once. Tables are read, and lists put into
/// words, off the service's own thread, which calls wait for.
extension CallCenterService {
  /// The shifts that one answer may have.
  private static let mostListed = 10_000

  func shifts(_ filter: ShiftFilter) async -> Result<ControlResult, ControlError> {
    let today = flow.settings.calendar.localDay(at: outside.now().wallMilliseconds)
    guard let first = filter.from.map({ LocalDay($0) }) ?? today,
      let last = filter.to.map({ LocalDay($0) }) ?? first.advanced(by: 6)
    else { return .failure(ControlError(.invalidParameters, "from, to: shifts are planned from 2000 to 2099")) }
    guard first <= last else {
      return .failure(ControlError(.invalidParameters, "to: \(last.text) is before \(first.text)"))
    }
    do {
      let kept = try await outside.shifts.shifts(
        on: first...last, of: filter.agent.map(configured), atMost: Self.mostListed + 1)
      guard kept.count <= Self.mostListed else {
        return .failure(
          ControlError(
            .invalidParameters, "that is more than \(Self.mostListed) shifts: narrow the days, or name an agent"))
      }
      if kept.isEmpty, let unknown = unknown(agent: filter.agent.map(configured), queue: nil) {
        return .failure(unknown)
      }
      return .success(.shifts(await Self.inWords(kept)))
    } catch {
      return .failure(ControlError(.internalError, "the shifts could not be read: \(error)"))
    }
  }

  func plan(_ wish: ShiftWish, for client: Client) async -> Result<ControlResult, ControlError> {
    guard let agent = flow.settings.agents.configured(wish.agent) else {
      return .failure(ControlError(.notFound, "there is no agent \(wish.agent)"))
    }
    let parts: [Shift.Kind: [String]] = [.unpaidBreak: wish.breaks, .paidBreak: wish.paidBreaks, .work: wish.work]
    switch WrittenDay(agent: agent, date: wish.date, shifts: wish.shifts, parts: parts).read {
    case .failure(let fault): return .failure(ControlError(.invalidParameters, fault.text))
    case .success(let read):
      return await carryOut(ShiftChange(agent, read.day, read.shifts), for: client)
    }
  }

  func removePlan(of agent: AgentID, _ date: String, for client: Client) async -> Result<ControlResult, ControlError> {
    guard let day = LocalDay(date) else {
      return .failure(ControlError(.invalidParameters, "date: shifts are planned from 2000 to 2099"))
    }
    return await carryOut(ShiftChange(configured(agent), day, []), for: client) {
      ControlError(.notFound, "nothing is planned for agent \(agent) on \(date)")
    }
  }

  func importPlan(_ table: String, for client: Client) async -> Result<ControlResult, ControlError> {
    switch await Self.read(table, flow.settings.agents) {
    case .failure(let faults): return .failure(ControlError(.invalidParameters, "\(faults.text)\nnothing is imported"))
    case .success(let change): return await carryOut(change, for: client)
    }
  }

  @concurrent private static func read(
    _ table: String, _ agents: [AgentID: AgentProfile]
  ) async -> Result<ShiftChange, ShiftFaults> { ShiftTable.read(table, known: agents.configured) }

  @concurrent private static func inWords(_ kept: [KeptShift]) async -> [ShiftSummary] { kept.map(ShiftSummary.init) }

  /// Who is there no more is as named.
  private func configured(_ agent: AgentID) -> AgentID { flow.settings.agents.configured(agent) ?? agent }

  /// `unchanged` refuses what makes no difference.
  private func carryOut(
    _ change: ShiftChange, for client: Client, unchanged: () -> ControlError? = { nil }
  ) async -> Result<ControlResult, ControlError> {
    do {
      let now = outside.now()
      switch try await outside.shifts.carryOut(change, user: client.userID, at: now.wallMilliseconds) {
      case .failure(let faults): return .failure(ControlError(.refused, faults.text))
      case .success(let places):
        if places.isEmpty, let error = unchanged() { return .failure(error) }
        decide { $0.shiftsChanged(places, by: client.userID, at: $1) }
        return .success(.done(Done(note: Self.note(change, places))))
      }
    } catch {
      outside.log(LogLine(.error, "shifts could not be written", ["error": "\(error)"]))
      return .failure(ControlError(.internalError, "the shifts could not be written, and are not planned: \(error)"))
    }
  }

  private static func note(_ change: ShiftChange, _ different: [ShiftChange.Place]) -> String {
    func number(_ count: Int, _ one: String) -> String { "\(count) \(one)\(count == 1 ? "" : "s")" }
    let shifts = change.plans.values.reduce(0) { $0 + $1.count }
    let agents = Set(change.plans.keys.map(\.agent)).count
    return "\(number(shifts, "shift")) of \(number(agents, "agent")); "
      + (different.isEmpty ? "nothing changed" : "\(number(different.count, "day")) changed")
  }
}

extension [AgentID: AgentProfile] {
  /// The agent of a name as the configuration spells her: names that are equal may be of other bytes, by which a store tells
  /// them apart.
  func configured(_ agent: AgentID) -> AgentID? { index(forKey: agent).map { self[$0].key } }
}

extension CallFlow {
  /// Other shifts are planned for agents on these days: each agent's supervisors and she herself are told once.
  mutating func shiftsChanged(_ places: [ShiftChange.Place], by user: UInt32, at now: Moment) -> [Effect] {
    Dictionary(grouping: places, by: \.agent).sorted { $0.key < $1.key }.compactMap { agent, places in
      guard let first = places.map(\.day).min(), let last = places.map(\.day).max() else { return nil }
      let body = Notice.Body.shiftChanged(from: first.text, to: last.text, days: places.count, user: user)
      return .notice(Notice(at: now, agent: agent, body: body, audience: .supervisors(and: [agent])))
    }
  }
}

extension ShiftSummary {
  /// In the words of the socket.
  init(_ kept: KeptShift) {
    let shift = kept.shift
    self.init(
      agent: shift.agent, date: shift.day.text, from: shift.ends.from, to: shift.ends.to,
      breaks: shift.texts(.unpaidBreak), paidBreaks: shift.texts(.paidBreak), work: shift.texts(.work),
      changedAt: RFC3339.text(kept.changedAt), user: kept.user)
  }
}
