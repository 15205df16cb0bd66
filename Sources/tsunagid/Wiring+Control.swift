import CallCenter
import Configuration
import Control
import ControlSocket
import Storage
import Telephony

extension ControlSocketSettings {
  /// The configuration in the words of the socket. A user or group that does not exist here is a fault: a role meant for
  /// somebody must not silently be nobody's.
  init(_ configuration: ControlConfiguration) throws(StartFault) {
    var rules: [ControlSocket.RoleRule] = []
    for rule in configuration.roles {
      guard let role = Role(rawValue: rule.role) else { throw StartFault("there is no role \(rule.role)") }
      let user = rule.user.flatMap(System.userID)
      let group = rule.group.flatMap(System.groupID)
      if let name = rule.user, user == nil { throw StartFault("control.roles: there is no Unix user '\(name)'") }
      if let name = rule.group, group == nil { throw StartFault("control.roles: there is no Unix group '\(name)'") }
      rules.append(ControlSocket.RoleRule(role: role, userID: user, groupID: group, agent: rule.agent))
    }
    self.init(path: configuration.socket, rules: rules)
  }
}

/// Answers what concerns the program itself, and passes everything else to the call centre.
struct FrontDesk: RequestHandler {
  let service: CallCenterService
  let settings: SettingsDesk
  let server: ControlServer
  let stack: String
  let started: Moment
  let isDraining: @Sendable () -> Bool

  func handle(_ request: Request, from client: Client) async -> Result<ControlResult, ControlError> {
    switch request {
    case .systemStatus: return await status()
    case .settingsChange(let wish): return await settings.carryOut(wish, for: client)
    case .settingsDiff: return .success(.settings(await settings.differences))
    case .settingsShow(let subject): return await settings.settings(of: subject).map(ControlResult.settings)
    default: return await service.handle(request, from: client)
    }
  }

  private func status() async -> Result<ControlResult, ControlError> {
    let counts = await service.counts
    let load = await service.load
    let now = Moment.now()
    return .success(
      .status(
        SystemStatus(
          version: Program.version, stack: stack, epoch: server.epoch, seq: server.lastSequence,
          startedAt: RFC3339.text(started.wallMilliseconds), uptimeSeconds: now.since(started).components.seconds,
          state: isDraining() ? "draining" : load.isTooMuch ? "overloaded" : "running", contacts: counts.contacts,
          waiting: counts.waiting,
          talking: counts.talking, agentsLoggedIn: counts.loggedIn, agentsReady: counts.ready,
          clients: server.clientCount, recordings: counts.recordings, load: load.figures)))
  }
}
