import Distribution
import Telephony

extension Desk {
  /// Anna talks in a call for sales, which has this wrap-up.
  static func talking(_ mode: WrapUpMode, mayEndEarly: Bool = true, time: Duration = .seconds(15)) -> Desk {
    var settings = DistributionSettings.small
    settings.queues[0].wrapUpMode = mode
    settings.queues[0].wrapUpMayEndEarly = mayEndEarly
    settings.queues[0].wrapUp = time
    var desk = Desk(settings)
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    return desk
  }

  /// The same when the call is over; `during` is what happens in it.
  static func wrappingUp(
    _ mode: WrapUpMode, mayEndEarly: Bool = true, time: Duration = .seconds(15),
    during: (inout Desk) -> Void = { _ in }
  ) -> Desk {
    var desk = talking(mode, mayEndEarly: mayEndEarly, time: time)
    during(&desk)
    desk.hangUp("call", "anna")
    return desk
  }
}
