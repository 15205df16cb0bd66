public import Telephony

// Her phone is with another agent's call, or has taken it over.
extension Distributor {
  /// Whether her phone may be rung for that: nothing else occupies her but a wrap-up, which it interrupts. Somebody who is
  /// logged out may, at any phone.
  public func maySupervise(_ agent: AgentID) -> Bool {
    switch people[agent]?.work {
    case .none?, .wrapUp?: true
    case .offered?, .talking?, .dialing?, .supervising?, nil: false
    }
  }

  /// No offers for her until it ends (`supervisionEnded`), also when she logs in meanwhile. Nothing happens for somebody who
  /// is busy.
  public mutating func supervisionBegan(by agent: AgentID, at now: Moment) -> [Effect] {
    guard maySupervise(agent) else { return [] }
    var turn = Turn(at: now)
    interruptWrapUp(agent, &turn)
    change(agent, "supervises", by: .supervisor, &turn) { $0.work = .supervising }
    return conclude(&turn)
  }

  /// Back to what she did before; nothing happens when she does not supervise.
  public mutating func supervisionEnded(by agent: AgentID, at now: Moment) -> [Effect] {
    guard let person = people[agent] else { return [] }
    var turn = Turn(at: now)
    if case .supervising = person.work {
      endWork(of: agent, owing: nil, "supervision-ended", &turn)
    } else {
      // She dialled beside it, and goes on dialling or talking.
      people[agent]?.aside.removeAll { if case .supervising = $0 { true } else { false } }
    }
    return conclude(&turn)
  }

  /// The contact, which has left its agent (`conversationEnded`), is hers now, on this phone. Her wrap-up after it is that of its queue;
  /// nil: without a queue. A call that she dialled beside it goes on. Nothing happens for somebody who does not supervise.
  public mutating func contactTakenOver(
    _ contact: ContactID, of queue: QueueID?, by agent: AgentID, on phone: PhoneID, at now: Moment
  ) -> [Effect] {
    func supervises(_ work: Agent.Work) -> Bool { if case .supervising = work { true } else { false } }
    guard let person = people[agent], contacts[contact] == nil, !engaged.contains(contact) else { return [] }
    let place = person.aside.firstIndex(where: supervises)
    guard place != nil || supervises(person.work) else { return [] }
    var turn = Turn(at: now)
    engaged.insert(contact)
    let talking = Agent.Work.talking(
      .init(contact: contact, phone: phone, queue: queue, isOutbound: false, turnedTo: now))
    change(agent, "took-over", by: .supervisor, &turn) {
      $0.shareTime(until: now)
      if let place { $0.aside[place] = talking } else { $0.work = talking }
    }
    return conclude(&turn)
  }
}
