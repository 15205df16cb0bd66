public import Telephony

/// Everything that a client can ask for, with its parameters already read and typed.
public enum Request: Sendable, Equatable {
  /// `system.status`
  case systemStatus
  /// `help`: all commands, or one.
  case help(command: String?)
  /// `agents.list`
  case agentsList
  /// `agent.logIn`: her calls ring at this phone from now on; nil: at the one that the configuration gives her.
  case agentLogIn(AgentID, PhoneID?)
  /// `agent.logOut`
  case agentLogOut(AgentID)
  /// `agent.setStatus`
  case agentSetStatus(AgentID, WantedStatus)
  /// `agent.finish`: ends her wrap-up.
  case agentFinish(AgentID)
  /// `agent.extendWrapUp`: by 1 to 3600 seconds.
  case agentExtendWrapUp(AgentID, seconds: Int)
  /// `agent.requestWrapUp`: she wants a wrap-up after the call that she is in.
  case agentRequestWrapUp(AgentID)
  /// `contact.setDisposition`: what it came to. A client of role agent may tell it of a contact of her own agent only.
  case contactSetDisposition(ContactID, code: String, note: String)
  /// `queues.list`
  case queuesList
  /// `calls.list`
  case callsList
  /// `call.hangUp`. A client of role agent may end only a contact of her own agent: whoever handles it checks that.
  case callHangUp(ContactID)
  /// `call.dial`: the number as the client wrote it.
  case callDial(AgentID, to: String)
  /// `recording.start`
  case recordingStart(ContactID)
  /// `recording.stop`
  case recordingStop(ContactID)
  /// `monitor.start`
  case monitorStart(MonitorWish)
  /// `monitor.setMode`
  case monitorSetMode(AgentID, MonitorMode)
  /// `monitor.stop`
  case monitorStop(AgentID)
  /// `monitor.takeOver`
  case monitorTakeOver(AgentID)
  /// `monitor.list`
  case monitorList
  /// `history.list`
  case historyList(HistoryFilter)
  /// `contact.setPriority`: from -10000 to 10000.
  case contactSetPriority(ContactID, Int)
  /// `queue.set` and its like: settings are different from now on.
  case settingsChange(SettingWish)
  /// `config.diff`
  case settingsDiff
  /// `config.show`: never of a membership.
  case settingsShow(SettingSubject)
  /// `distribution.explain`. A client of role agent may ask about contacts of her own agent: whoever handles it checks that.
  case distributionExplain(ContactID)
  /// `directory.lookUp`: the number as the client wrote it.
  case directoryLookUp(number: String)
  /// `figures.live`
  case figuresLive
  /// `figures.report`
  case figuresReport(FigureWish)
  /// `figures.verify`
  case figuresVerify(FigureWish)
  /// `shift.list`
  case shiftList(ShiftFilter)
  /// `shift.set`
  case shiftSet(ShiftWish)
  /// `shift.remove`
  case shiftRemove(AgentID, date: String)
  /// `shift.import`: the table as it was written.
  case shiftImport(csv: String)
  /// `events.subscribe`
  case eventsSubscribe(Subscription)

  /// What an agent can set of herself.
  public enum WantedStatus: Sendable, Equatable {
    /// She wants calls.
    case ready
    /// She wants none; the reason is one of the configuration, or empty.
    case away(reason: String)
  }
}

/// What `monitor.start` asks for: exactly one of `agent` and `contact` is needed.
public struct MonitorWish: Sendable, Equatable {
  /// Who is to listen.
  public var supervisor: AgentID
  /// Whom.
  public var agent: AgentID?
  /// Or what.
  public var contact: ContactID?
  /// What she becomes after `listen`.
  public var mode: MonitorMode
  /// Whom she stays with; nil: with what was named.
  public var follow: MonitorFollow?
  /// Where she is rung; nil: where she is logged in, or at her own phone.
  public var phone: PhoneID?

  /// Puts it together.
  public init(
    supervisor: AgentID, agent: AgentID? = nil, contact: ContactID? = nil, mode: MonitorMode = .listen,
    follow: MonitorFollow? = nil, phone: PhoneID? = nil
  ) {
    self.supervisor = supervisor
    self.agent = agent
    self.contact = contact
    self.mode = mode
    self.follow = follow
    self.phone = phone
  }
}

/// Which records `history.list` is to bring.
public struct HistoryFilter: Sendable, Equatable {
  /// From 1 to 1000, newest first.
  public var limit = 50
  /// Only contacts that this agent handled.
  public var agent: AgentID?
  /// Only contacts that waited in this queue.
  public var queue: QueueID?
  /// Only this contact.
  public var contact: ContactID?
  /// As written by the client.
  public var number: String?
  /// RFC 3339: only contacts that began before.
  public var before: String?
  /// The newest fifty.
  public init() {}
}

/// Which notices a client wants.
public struct Subscription: Sendable, Equatable {
  /// The first `seq` wanted, to go on after a break; nil: from now on.
  public var since: UInt64?
  /// The `epoch` that `since` belongs to; another one than the present makes the answer say that the log began anew.
  public var epoch: UInt64?
  /// Only notices about this agent, and `system.draining`.
  public var agent: AgentID?
  /// Only these types, or types that begin with one of them and a dot; empty: all.
  public var types: [String] = []
  /// Whether the client may know who is monitored; set by the client's role, never by the client.
  public var seesMonitors = false
  /// The one agent whose client it is; set by the client's role, never by the client.
  public var boundTo: AgentID?
  /// Everything from now on.
  public init() {}

  /// Whether it is a supervisor's, or one of these agents' own.
  func knows(_ agents: Set<AgentID>) -> Bool { seesMonitors || boundTo.map(agents.contains) ?? false }
}
