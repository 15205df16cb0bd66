public import Telephony

extension Distributor {
  /// A timer is due. One that has been cancelled or replaced meanwhile does nothing; one that is early is set again for
  /// the rest.
  public mutating func timerFired(_ timer: Timer, at now: Moment) -> [Effect] {
    guard let due = deadlines[timer] else { return [] }
    guard due <= now else { return [.startTimer(timer, due.since(now))] }
    var turn = Turn(at: now)
    deadlines[timer] = nil
    switch timer {
    case .ringing(let agent), .alerting(let agent): offerTimedOut(agent, &turn)
    case .retry(let agent): retryDelayOver(agent, &turn)
    case .wrapUp(let agent): wrapUpTimeOver(agent, &turn)
    case .longestWait(let contact): longestWaitOver(contact, &turn)
    case .offerAgain(let contact): pauseOver(contact, &turn)
    case .backOff(let phone): backOffOver(phone, &turn)
    case .nextStep(let contact): stepOver(contact, &turn)
    case .wish(let contact): endWish(contact, &turn)
    case .delay(let contact): delayOver(contact, &turn)
    case .ringMore(let contact): ringMore(contact, &turn)
    case .keptPlace(let kept): keptPlaces[kept] = nil
    case .overstay(let agent): overstayed(agent, &turn)
    }
    return conclude(&turn)
  }
}
