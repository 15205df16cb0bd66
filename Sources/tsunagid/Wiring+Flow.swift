import CallCenter
import Configuration
import Directory
import Figures
import Glibc
import History
import Telephony

extension CallFlowSettings {
  /// The configuration in the words of the flow.
  init(_ configuration: DaemonConfiguration, sounds: BuiltInSounds) {
    self.init(
      music: sounds.music, ringback: sounds.ringback, refusalTone: sounds.refusal,
      recordingsFolder: configuration.storage.recordings)
    distribution = configuration.distribution
    callers = configuration.callers
    entries = configuration.entries
    identification = configuration.identification
    dialPlan = configuration.dialPlan
    dialing = configuration.dialer
    supervision = configuration.supervision
    overload = configuration.overload
    calendar = Calendar(dayEnds: configuration.dayEnds, offset: Self.localOffset)
    figures = configuration.figures
    keepsFigures = configuration.figuresKept
    directoryDeadline = configuration.directoryDeadline
    keepsDecisions = configuration.decisionsKept
    dispositions = DispositionCodes(
      configuration.dispositions.map { DispositionCodes.Code($0.id, queues: $0.queues, isReason: $0.isReason) })
    for reason in configuration.reasons where reason.name != reason.id { reasonNames[reason.id] = reason.name }
    for queue in configuration.queues {
      queues[queue.id] = CallCenter.QueueProfile(
        name: queue.name, answer: queue.answer == .earlyMedia ? .earlyMedia : .immediately, music: queue.music,
        greeting: queue.greeting, recording: queue.recording,
        target: ServiceTarget(threshold: queue.serviceLevel, short: queue.shortAbandon), lastAgent: queue.lastAgent)
    }
    for agent in configuration.agents {
      agents[agent.id] = CallCenter.AgentProfile(
        name: agent.name, reading: agent.reading, phone: agent.phone)
    }
    for phone in configuration.sip.phones {
      var profile = PhoneProfile(display: CallerDisplay(rawValue: phone.display.rawValue) ?? .name)
      if case .behind(_, let number) = phone.line { profile.number = number.national }
      phones[phone.id] = profile
    }
    for trunk in configuration.sip.trunks {
      callerNumbers[trunk.id] = trunk.callerNumber.map {
        trunk.numberFormat == .e164 ? $0.e164 ?? $0.national : $0.national
      }
    }
  }

  /// The machine's own time zone.
  static let localOffset: ZoneOffset = { milliseconds in
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    return localtime_r(&seconds, &parts) == nil ? 0 : parts.tm_gmtoff
  }
}
