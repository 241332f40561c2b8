"""A data contract as text, for tests that change one thing in it."""

from aboveloop.operation.contracts.contract import Asset, Contract
from aboveloop.operation.contracts.reading import read_contract
from aboveloop.operation.faults import Fault
from aboveloop.operation.yaml_text import read_yaml

PATH = "contracts/parcels.odcs.yaml"
PARCELS = """\
apiVersion: v3.1.0
kind: DataContract
id: parcels
name: Parcels
version: 1.2.0
status: active
team: {name: Carriers, members: [{username: priya, role: owner}]}
support:
  - {channel: Carriers on call, customProperties: [{property: onCall, value: [tom, operations]}]}
schema:
  - name: scans
    properties:
      - {name: scan_id, logicalType: integer, primaryKey: true, unique: true}
      - {name: order_id, logicalType: string, required: true}
      - name: status
        logicalType: string
        quality: [{id: approved, metric: invalidValues, arguments: {validValues: [sorted, delivered]}, mustBe: 0}]
      - {name: weight, logicalType: number, logicalTypeOptions: {minimum: 0, maximum: 30}}
      - {name: at, logicalType: timestamp, required: true}
slaProperties:
  - {property: freshness, value: 5, unit: m, element: scans.at}
"""


def read(text: str, path: str = PATH) -> tuple[Contract | None, list[Fault]]:
    document, faults = read_yaml(text, path)
    assert document is not None, faults
    return read_contract(document)


def contract(text: str = PARCELS) -> Contract:
    found, faults = read(text)
    assert found is not None, "\n".join(map(str, faults))
    return found


def asset(text: str = PARCELS) -> Asset:
    return contract(text).assets[0]
