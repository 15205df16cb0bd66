public import Control
public import Telephony

/// Gives a Unix user or the members of a group a role. Rules are tried in order, the first that fits wins, and whom
/// none fits gets nothing.
public struct RoleRule: Sendable, Hashable {
  /// What whoever fits may do.
  public var role: Role
  /// The Unix user that it is for.
  public var userID: UInt32?
  /// The Unix group that it is for: the process's own or one of its supplementary groups.
  public var groupID: UInt32?
  /// For role `agent`: the one agent as whom such a client may act; for role `supervisor`: the one supervisor whose rights
  /// it may use; nil: any.
  public var agent: AgentID?

  /// With both a user and a group, both must fit; with neither it fits nobody.
  public init(role: Role, userID: UInt32? = nil, groupID: UInt32? = nil, agent: AgentID? = nil) {
    self.role = role
    self.userID = userID
    self.groupID = groupID
    self.agent = agent
  }

  func fits(_ peer: Peer) -> Bool {
    if userID == nil, groupID == nil { return false }
    if let userID, userID != peer.userID { return false }
    if let groupID, !peer.groupIDs.contains(groupID) { return false }
    return true
  }
}

/// Who connected, as the kernel says it.
struct Peer: Sendable, Equatable {
  var processID: Int32
  var userID: UInt32
  /// The process's own group first, then the supplementary ones.
  var groupIDs: [UInt32]
}
