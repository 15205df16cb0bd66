public import Telephony

// Reckoned when asked for, never while deciding.
extension Distributor {
  /// For somebody who would join this queue now with this priority and ask for what its settings say. A walk over all who
  /// serve it.
  public func estimatedWait(in queue: QueueID, priority: Int = 0, at now: Moment) -> EstimatedWait {
    guard let line = lines[queue] else { return .unknown(.noSuchQueue) }
    if let reason = obstacle(in: line) { return .unknown(reason) }
    let score = score(priority: priority, weight: line.settings.weight, enqueued: now)
    // Behind everybody who came before with that score or a better one, and before everybody with a lesser one.
    let ahead = line.places.position(
      of: Place(score: score - 1, enqueued: Moment(monotonicNanoseconds: .min, wallMilliseconds: 0), contact: ""))
    let crew = crew(of: line, for: line.settings.steps)
    return EstimatedWait(
      ahead: max(0, ahead - line.ringing), hands: crew.hands(rest: crew.time(of: 0)), handling: meanHandling(in: line))
  }

  /// For every contact that waits in a queue for whoever comes: not those that are being offered, kept for one agent, or
  /// pause. A walk over all who serve a queue where somebody
  /// waits, once for each list of steps that contacts there have before them, however many they are.
  public func estimatedWaits(at now: Moment) -> [ContactID: EstimatedWait] {
    var waits: [ContactID: EstimatedWait] = [:]
    for line in lines.values {
      let obstacle = obstacle(in: line)
      let handling = meanHandling(in: line)
      var crews: [ArraySlice<SkillStep>: Crew] = [:]
      var ahead = 0
      for place in line.places {
        guard let contact = contacts[place.contact], contact.offers.isEmpty, contact.wish == nil, !contact.isPausing
        else { continue }
        if let obstacle {
          waits[place.contact] = .unknown(obstacle)
          continue
        }
        let steps = contact.steps.dropFirst(contact.step)
        let crew = crews[steps] ?? crew(of: line, for: Array(steps))
        crews[steps] = crew
        let rest = deadlines[.nextStep(place.contact)].map { max(.zero, $0.since(now)) }
        waits[place.contact] = EstimatedWait(
          ahead: ahead, hands: crew.hands(rest: rest, noted: contact.waited, wait: now.since(contact.joined)),
          handling: handling)
        ahead += 1
      }
    }
    return waits
  }

  private func obstacle(in line: Line) -> EstimatedWait.Reason? {
    if line.settings.isPaused { return .queuePaused }
    return line.isPresent(.loggedIn) ? nil : .unstaffed
  }

  /// Somebody with a capacity takes so many at once as she has room for, and is no quicker for it: those whom she holds
  /// wait for her, and the work of two takes as long as that of one after the other.
  private func crew(of line: Line, for steps: [SkillStep]) -> Crew {
    var crew = Crew(steps: steps, holdsLast: line.settings.holdsLastStep)
    for id in line.members {
      guard let agent = people[id], agent.isLoggedIn, let membership = agent.membership(of: line.settings.id),
        !membership.isPaused, let step = crew.step(for: agent.skills), agent.keepsWishes
      else { continue }
      crew.add(
        from: step, delay: membership.delay, share: 1 / Double(max(1, agent.dutiesInForce)), room: agent.room)
    }
    return crew
  }

  /// In microseconds: the queue's own, pulled to that of all queues as long as it has handled few, and that to what is
  /// expected; each as if ten contacts had been handled with it.
  private func meanHandling(in line: Line) -> Double {
    func mean(_ measured: HandlingTime, before: Double) -> Double {
      (Double(measured.microseconds) + 10 * before) / Double(measured.count + 10)
    }
    let everywhere = mean(handling, before: Double(settings.expectedHandling.microseconds))
    return max(1, mean(line.handling, before: everywhere))
  }

  // MARK: Measuring

  /// A conversation with a caller is over, and took so much of its agent's time.
  mutating func measure(_ time: Duration, of queue: QueueID?) {
    guard let queue else { return }
    handling.add(time)
    lines[queue]?.handling.add(time)
  }

  /// The same for the wrap-up after it.
  mutating func measureWrapUp(_ time: Duration, of queue: QueueID?) {
    guard let queue else { return }
    handling.extend(by: time)
    lines[queue]?.handling.extend(by: time)
  }
}
