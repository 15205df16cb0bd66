import Control
import Distribution
import Entries
import Supervision
import Telephony

/// A supervisor dials the code and an agent's number on a phone of ours: her call becomes the leg on which she listens.
extension CallFlow {
  /// Nil for what is no such call; else whatever comes of it. The phone has proved by digest who it is; a PBX's word for one
  /// of its extensions would not do.
  mutating func monitorDialled(_ leg: LegID, _ invitation: Invitation, at now: Moment) -> [Effect]? {
    guard case .phone(let phone) = invitation.origin, settings.supervision.allowsCode,
      let number = settings.supervision.code?.number(in: invitation.called)
    else { return nil }
    guard closing.takesCalls else { return end(leg, status: EndReason.shutdown.sipStatus) }
    guard !isOverloaded else { return end(leg, status: Self.overloadedStatus) }
    guard let supervisor = person(at: phone) else {
      return end(leg, status: 403)
        + refused(source: "phone \(phone)", reason: "monitoring by a phone that is nobody's", at: now)
    }
    guard let agent = agent(reachedBy: number) else {
      return end(leg, status: monitors.mayAskByPhone(supervisor) ? 404 : 403)
    }
    // Who has no right at all is told of nobody's state.
    if monitors.mayAskByPhone(supervisor) {
      guard distributor.maySupervise(supervisor) else { return end(leg, status: 486) }
      guard distributor.agent(agent)?.status != .loggedOut else { return end(leg, status: 480) }
    }
    let order = MonitorOrder(supervisor: supervisor, phone: phone, target: .agent(agent), user: nil)
    let id = MonitorID(rawValue: names.next(at: now))
    let answer = monitors.monitorAsked(order, as: id, at: now)
    if let refusal = answer.refusal {
      return end(leg, status: refusal.sipStatus) + translate(answer.effects, at: now)
    }
    legs[leg] = .supervisor(id)
    monitorLegs[id] = leg
    return [.log(LogLine(.info, "a phone asks to monitor", ["phone": phone.rawValue, "leg": "\(leg)"]))]
      + translate(distributor.supervisionBegan(by: supervisor, at: now), at: now)
      + translate(answer.effects, at: now)
  }

  /// Who is logged in there; else the only one whose own phone it is.
  private func person(at phone: PhoneID) -> AgentID? {
    if let agent = distributor.agentDialing(from: phone) { return agent }
    let owners = settings.agents.filter { $0.value.phone == phone }.keys
    return owners.count == 1 ? owners.first : nil
  }

  /// By her id, by a number that leads to her (`[[entries]]`), or by that of the extension at which she is logged in, or
  /// which is her own.
  private func agent(reachedBy number: String) -> AgentID? {
    if distributor.agent(AgentID(rawValue: number)) != nil { return AgentID(rawValue: number) }
    // A row for whatever is left leads to nobody in particular.
    let entries = EntryTable(entries: settings.entries.entries.filter { $0.called.text != "*" })
    if case .agent(let agent) = entries.target(called: number, caller: Caller(), read: read) { return agent }
    let phones = settings.phones.filter { $0.value.number == number }.keys
    return phones.count == 1 ? phones.first.flatMap(person(at:)) : nil
  }
}
