/// The one table by which the end of a leg, when it ended by itself, becomes a reason. A leg that we told to end has the
/// reason for which we did.
extension LegEnd {
  /// Of an attempt of ours that came to nothing: the meaning of its final status; `cancelled` when the leg was up, and its
  /// party left before the other one came.
  public var reasonOfRefusal: EndReason {
    if isOurFault { return .systemFailure }
    return wasAnswered || (200...299).contains(status) ? .cancelled : EndReason(sipStatus: status)
  }

  /// Of a leg in conversation: its party hung up, which is `hangingUp`, or the far end vanished. A CANCEL that crossed our
  /// 200 (RFC 3261 §9.1) is hanging up, too; a BYE that the stack sent of itself means that the session timer ran out.
  public func reason(hangingUp: EndReason) -> EndReason {
    byPeer && ((200...299).contains(status) || status == 487) ? hangingUp : .lost
  }
}
