/* Words for what the documents name by a code. */
(function () {
  "use strict";
  const mall = (window.mall = window.mall || {});
  const DEVICE = {
    counter: "People counter", zone_sensor: "Zone sensor", camera: "Camera", electricity_meter: "Electricity meter", water_meter: "Water meter",
    smoke_detector: "Smoke detector", call_point: "Call point", sprinkler_zone: "Sprinkler zone", fire_shutter: "Fire shutter",
    fire_damper: "Fire damper", smoke_exhaust: "Smoke exhaust", exit_sign: "Exit sign", chiller: "Chiller", air_handler: "Air handler",
    locker: "Locker", charger: "Charger", parking_counter: "Parking counter", fire_panel: "Fire panel",
  };
  const SPACE = {
    shop: "Shop", anchor: "Anchor", food: "Food and drink", leisure: "Leisure", supermarket: "Supermarket", kiosk: "Kiosk", walkway: "Mall",
    lobby: "Lobby", seating: "Seating", service: "Back of house", restroom: "Toilets", office: "Office", storage: "Storage", room: "Room",
    parking: "Parking", platform: "Platform", terrace: "Terrace", stairs: "Stairs", escalator: "Escalator", lift: "Lift", ramp: "Ramp",
    void: "Void", structure: "Structure", closed: "Closed",
  };
  const STATE = {
    unacknowledged: "Unacknowledged", acknowledged: "Acknowledged", returned: "Returned, not seen", latched: "Latched", cleared: "Cleared",
    shelved: "Shelved", suppressed: "Suppressed", out_of_service: "Out of service",
  };
  const EXIT = {
    entrance: "Entrance", emergency: "Emergency exit", stair_discharge: "Stair discharge", metro: "Metro gates",
    parking: "Parking doors", service: "Service door",
  };
  const CONNECTOR = { stairs: "Stairs", escalator: "Escalator", lift: "Lift", ramp: "Ramp" };
  mall.wayKind = (what, kind) => mall.t((what === "exit" ? EXIT : CONNECTOR)[kind] || kind);
  mall.PRIORITY = { p1: "Emergency", p2: "Urgent", p3: "Attend", p4: "Advice" };
  mall.LAYER = {
    people: "People", los: "Level of service", difference: "Difference", none: "No colour",
    names: "Names", devices: "Devices", alerts: "Alerts", exits: "Exits",
  };
  mall.COLUMN = {
    priority: "Priority", state: "State", place: "Place", what: "What and what to do", value: "Value / limit", raised: "Raised", age: "Age", by: "By",
  };
  mall.KEYS = {
    storey: "Change storey", zoom: "Closer, farther, fit", alerts: "Alerts", live: "Live", choose: "Choose an alert", acknowledge: "Acknowledge",
    play: "Play or pause", full: "Full screen", close: "Close", help: "This help",
  };
  mall.priorityWord = (priority) => mall.t(mall.PRIORITY["p" + priority]);
  mall.deviceKind = (kind) => mall.t(DEVICE[kind] || kind);
  mall.spaceKind = (kind) => mall.t(SPACE[kind] || kind);
  mall.alertState = (state) => mall.t(STATE[state] || state);
  /** Where an alert is, in words: storey and space. */
  mall.placeText = function (drawing, alert) {
    const space = drawing.space.get(alert.space_id);
    const device = drawing.device.get(alert.device);
    const index = space ? space.level : device ? device.level : drawing.levelIndex.get(alert.level_id);
    const level = index === undefined ? "" : drawing.levels[index].short;
    const place = space ? drawing.nameOf(space) : device ? mall.name(device.name) || device.id : alert.device;
    return [level, place].filter(Boolean).join(" · ");
  };
})();
