public import Telephony

/// Which numbers may be dialled, and by which trunk they go out.
public struct DialPlan: Sendable, Equatable {
  /// The classes that are open.
  public var open: Set<PhoneNumber.Kind> = [.fixed, .mobile, .convergence, .ip, .freeDial, .free]
  /// The way out for everything but emergency calls; nil when there is none.
  public var trunk: TrunkID?
  /// The way out for 110, 118 and 119; nil when no trunk is declared able.
  public var emergencyTrunk: TrunkID?

  public init() {}

  /// The way out for a number, or why there is none. Emergency numbers are never refused for their class.
  public func route(_ number: PhoneNumber) -> Result<TrunkID, DialRefusal> { .failure(.noTrunk) }
}

/// Why a number is not dialled.
public enum DialRefusal: Error, Equatable, Sendable {
  case classClosed(PhoneNumber.Kind)
  case noTrunk
  case noEmergencyTrunk
  /// The agent is logged out, on the phone, or her phone is not reachable.
  case agentNotAvailable(AgentID)

  /// One sentence for people, with what to do.
  public var explanation: String { "" }
}
