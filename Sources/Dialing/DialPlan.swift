public import Telephony

/// Which numbers may be dialled, and by which trunk they go out.
public struct DialPlan: Sendable, Equatable {
  /// The classes that are open.
  public var open: Set<PhoneNumber.Kind> = [.fixed, .mobile, .convergence, .ip, .freeDial, .free]
  /// The way out for everything but emergency calls; nil when there is none.
  public var trunk: TrunkID?
  /// The way out for 110, 118 and 119; nil when no trunk is declared able.
  public var emergencyTrunk: TrunkID?

  /// The usual classes, and no way out yet.
  public init() {}

  /// The way out for a number, or why there is none.
  ///
  /// Emergency numbers are never refused for their class. They go out by the trunk that is declared able, else by the
  /// ordinary one, which may carry them and is better than nothing; they fail only where there is no trunk at all.
  public func route(_ number: PhoneNumber) -> Result<TrunkID, DialRefusal> {
    if number.kind == .emergency {
      return (emergencyTrunk ?? trunk).map(Result.success) ?? .failure(.noEmergencyTrunk)
    }
    guard open.contains(number.kind) else { return .failure(.classClosed(number.kind)) }
    return trunk.map(Result.success) ?? .failure(.noTrunk)
  }

  /// The way out for a number that callers are sent on to. Never to an emergency number, whoever configured it: those who
  /// answer there would be held up by somebody who did not call them.
  public func routeOnward(_ number: PhoneNumber) -> Result<TrunkID, DialRefusal> {
    number.kind == .emergency ? .failure(.onwardToEmergency) : route(number)
  }
}

/// Why a number is not dialled.
public enum DialRefusal: Error, Equatable, Sendable {
  case classClosed(PhoneNumber.Kind)
  case noTrunk
  case noEmergencyTrunk
  /// A caller would be sent on to an emergency number.
  case onwardToEmergency
  /// Why her phone is not rung.
  case agentNotAvailable(AgentID, AgentHindrance)
  /// For an emergency call the one thing that is missing: the agent is logged in at no phone that could be rung.
  case agentAtNoPhone(AgentID)
  /// The daemon stops: it dials no more, and at last no emergency call either.
  case stopping(isEmergency: Bool)

  /// What keeps an agent from dialling.
  public enum AgentHindrance: Sendable, Hashable, CaseIterable {
    /// She is logged in at no phone.
    case loggedOut
    /// Her phone is not registered, or did not answer the last time.
    case phoneNotReachable
    /// Her phone rings, or is about to.
    case offered
    /// She is in a call, or dials already.
    case talking
    /// She monitors somebody.
    case supervising
  }

  /// What a phone is told that dialled it by itself (RFC 3261 §21): a number that is none of the public network's, or for
  /// which nobody has made a way out, does not exist here.
  public var status: Int {
    switch self {
    case .classClosed(.extension), .classClosed(.other), .noTrunk: 404
    case .classClosed, .onwardToEmergency: 403
    case .noEmergencyTrunk, .stopping: 503
    case .agentNotAvailable, .agentAtNoPhone: 480
    }
  }

  /// One sentence for people, with what to do.
  public var explanation: String {
    switch self {
    case .classClosed(let kind):
      "numbers of the class '\(kind.rawValue)' are closed by the dial plan: ask an administrator to open the class "
        + "([dialing] open)"
    case .noTrunk:
      "there is no trunk by which calls go out: ask an administrator to name one in the dial plan"
    case .noEmergencyTrunk:
      "there is no trunk at all for this emergency call: dial it on another telephone, now"
    case .onwardToEmergency: "nobody is sent on to an emergency number"
    case .agentNotAvailable(let agent, let hindrance):
      "agent '\(agent.rawValue.safeForDisplay)' \(hindrance.explanation)"
    case .stopping(isEmergency: false): "the daemon is stopping and dials no more: try again when it is back"
    case .stopping(isEmergency: true): "the daemon is stopping and dials no more: dial it on another telephone, now"
    case .agentAtNoPhone(let agent):
      "agent '\(agent.rawValue.safeForDisplay)' is logged in at no phone that could be rung for this emergency call: dial it on another telephone, now"
    }
  }
}

extension DialRefusal.AgentHindrance {
  /// Behind her name, with what to do.
  fileprivate var explanation: String {
    switch self {
    case .loggedOut: "is logged out: log in first"
    case .phoneNotReachable: "cannot be rung: see that the phone is switched on and registered"
    case .offered: "is being offered a call: take it or refuse it first"
    case .talking: "is in a call or dials already: finish that call first"
    case .supervising: "is monitoring: end that first"
    }
  }
}
