"""A delta is what a change costs, workload by workload and field by field."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.comparison import compare
from pricing.delta import Kind
from pricing.estimate import Change
from pricing.precision import exactly
from pricing.rate import Location
from pricing.rounding import to_cents
from workloads.manifest import Manifest
from workloads.snapshots.snapshot import Autoscaler, StorageClass, Target
from workloads.span import Span
from workloads.workload import LoadBalancer, VolumeClaim

GIB = 2**30
NO_CHANGE = Change(Decimal(0), Decimal(0), Decimal(0))
L4 = {"nodeSelector": {"cloud.google.com/gke-accelerator": "nvidia-l4"}}
ON_G2 = {"nodeSelector": {"node.kubernetes.io/instance-type": "g2-standard-4"}}

CPUS = st.decimals(min_value="0.1", max_value=3, places=2)
PODS = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)).map(lambda ends: tuple(sorted(ends)))
EXTENDED = st.sampled_from([{}, {"nvidia.com/gpu": 1}, {"nvidia.com/gpu": 2}])
SPECS = st.sampled_from([{}, L4, ON_G2, {"nodeSelector": {"cloud.google.com/gke-spot": "true"}}])


def claim(size=100, count=3, storage_class="premium-rwo", name="data", **more):
    ends = count if isinstance(count, tuple) else (count, count, count)
    span = Span(*(Decimal(end) for end in ends))
    return VolumeClaim(name, ("spec", "volumeClaimTemplates", 0), Decimal(size) * GIB, span, storage_class, **more)


def autoscaler(minimum, maximum):
    body = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"}}
    return Autoscaler(Manifest.of(body), Target("apps", "Deployment", "shop", "web"), minimum, maximum)


def parts(delta):
    """What the fields of a workload's delta add up to."""
    with exactly():
        changes = [field.change for field in delta.fields]
        return Change(
            sum((change.low for change in changes), Decimal(0)),
            sum((change.expected for change in changes), Decimal(0)),
            sum((change.high for change in changes), Decimal(0)),
        )


@pytest.fixture(scope="module")
def delta(weigh):
    """The delta of one workload that is changed."""
    return lambda before, after: compare(weigh(before), weigh(after)).workloads[0]


@pytest.fixture(scope="module")
def any_workload(workload):
    def make(cpu, pods, extended, spec, claims):
        volumes = (claim(*claims),) if claims else ()
        return workload(kind="StatefulSet", pods=pods, cpu=cpu, extended=extended, spec=spec, claims=volumes)

    claims = st.none() | st.tuples(st.integers(1, 50), PODS, st.sampled_from(["premium-rwo", "standard-rwo"]))
    return st.builds(make, CPUS, PODS, EXTENDED, SPECS, claims)


class TestLaws:
    @given(data=st.data())
    @settings(max_examples=25)
    def test_nothing_changes_against_itself(self, weigh, any_workload, data):
        weighed = weigh(*data.draw(st.lists(any_workload, max_size=4)))
        difference = compare(weighed, weighed)
        assert difference.change == difference.one_off == NO_CHANGE
        assert all(one.kind is Kind.UNCHANGED and not one.fields and not one.notes for one in difference.workloads)
        assert difference.after is weighed

    @given(data=st.data())
    @settings(max_examples=60)
    def test_the_parts_of_a_change_sum_to_it_and_the_changes_to_the_whole(self, weigh, any_workload, data):
        before, after = data.draw(any_workload), data.draw(any_workload)
        difference = compare(weigh(before), weigh(after))
        one = difference.workloads[0]
        assert parts(one) == one.change
        assert difference.change == one.change
        with exactly():
            assert difference.after.total.expected == difference.before.total.expected + difference.change.expected

    @given(data=st.data())
    @settings(max_examples=25)
    def test_a_stateful_set_scaled_down_frees_no_volume(self, weigh, any_workload, data):
        workload = data.draw(any_workload)
        fewer = replace(
            workload,
            claims=tuple(replace(one, count=Span.exactly(0)) for one in workload.claims),
            groups=tuple(replace(group, pods=Span.exactly(0), hours=Span.exactly(0)) for group in workload.groups),
        )
        storage = {
            line.group: line.amount
            for line in compare(weigh(workload), weigh(fewer)).after.workloads[0].lines
            if line.what == "storage"
        }
        assert storage == {line.group: line.amount for line in weigh(workload).workloads[0].lines if line.what == "storage"}


class TestKinds:
    def test_workloads_are_matched_by_identity_whatever_their_order_and_version(self, weigh, workload):
        before = weigh(workload("a"), workload("b", api="apps/v1beta1", pods=2), workload("gone"))
        after = weigh(workload("new"), workload("b", pods=3), workload("a"))
        kinds = {one.identity.name: one.kind for one in compare(before, after).workloads}
        assert kinds == {"new": Kind.ADDED, "b": Kind.CHANGED, "a": Kind.UNCHANGED, "gone": Kind.REMOVED}
        assert list(kinds) == ["new", "b", "a", "gone"]

    def test_without_a_before_everything_is_added(self, weigh, workload):
        weighed = weigh(workload())
        difference = compare(None, weighed)
        assert difference.workloads[0].kind is Kind.ADDED
        assert difference.change.expected == weighed.total.expected

    def test_the_same_object_of_two_clusters_is_two_workloads(self, weigh, workload):
        before = weigh(workload(cluster="east"), workload(cluster="west"))
        after = weigh(workload(cluster="east"), workload(cluster="west", pods=2))
        assert [one.kind for one in compare(before, after).workloads] == [Kind.UNCHANGED, Kind.CHANGED]

    def test_objects_of_one_identity_are_matched_in_their_order(self, weigh, workload):
        before = weigh(workload(pods=1), workload(pods=2))
        after = weigh(workload(pods=1), workload(pods=2), workload(pods=3))
        assert [one.kind for one in compare(before, after).workloads] == [Kind.UNCHANGED, Kind.UNCHANGED, Kind.ADDED]

    def test_a_change_of_metadata_alone_is_no_change(self, weigh, workload):
        renamed = workload()
        body = {**renamed.manifest.body, "metadata": {**renamed.manifest.body["metadata"], "labels": {"team": "shop"}}}
        difference = compare(weigh(workload()), weigh(replace(renamed, manifest=Manifest.of(body))))
        assert difference.workloads[0].kind is Kind.UNCHANGED
        assert difference.change == NO_CHANGE

    def test_a_larger_request_inside_a_machine_that_is_paid_whole_is_changed_at_no_cost(self, delta, workload):
        one = delta(
            workload(cpu=1, extended={"nvidia.com/gpu": 1}, spec=ON_G2),
            workload(cpu=2, extended={"nvidia.com/gpu": 1}, spec=ON_G2),
        )
        assert one.kind is Kind.CHANGED
        assert one.change == NO_CHANGE
        assert not one.fields

    def test_what_has_no_price_is_changed_where_what_it_asks_for_is(self, weigh, workload):
        place = Location("moon", "base")
        before, same, more = (weigh(workload(pods=pods), location=place) for pods in (2, 2, 3))
        assert compare(before, same).workloads[0].kind is Kind.UNCHANGED
        assert compare(before, more).workloads[0].kind is Kind.CHANGED


class TestCauses:
    def only(self, one):
        assert len(one.fields) == 1
        return one.fields[0]

    def test_replicas(self, delta, workload):
        one = delta(workload(pods=3), workload(pods=5))
        field = self.only(one)
        assert (field.path, field.what, field.before, field.after) == (("spec", "replicas"), "replicas", "3", "5")
        assert field.change == one.change

    def test_the_one_container_whose_memory_changed(self, delta, workload):
        def with_memory(amount):
            resources = {"requests": {"cpu": "500m", "memory": f"{amount}Gi"}}
            sidecar = {"name": "proxy", "resources": {"requests": {"cpu": "500m", "memory": "512Mi"}}}
            return {"containers": [sidecar, {"name": "app", "resources": resources}]}

        field = self.only(delta(workload(memory="1.5", spec=with_memory(1)), workload(memory="2.5", spec=with_memory(2))))
        assert field.path == ("spec", "template", "spec", "containers", 1, "resources", "requests", "memory")
        assert (field.what, field.before, field.after) == ("memory", "1 GiB", "2 GiB")

    def test_a_limit_that_stands_in_for_a_request(self, delta, workload):
        def template(amount):
            return {"containers": [{"name": "app", "resources": {"requests": {"cpu": amount}}}]}

        before, after = workload(cpu="0.5", spec=template("500m")), workload(cpu=1, spec=template("1"))
        stated = {"containers": [{"name": "app", "resources": {"limits": {"cpu": "1"}}}]}
        body = {**after.manifest.body, "spec": {"template": {"spec": stated}}}
        field = self.only(delta(before, replace(after, manifest=Manifest.of(body))))
        assert field.path == ("spec", "template", "spec", "containers", 0, "resources", "limits", "cpu")
        assert (field.before, field.after) == ("0.5 CPU", "1 CPU")

    def test_several_containers_name_the_pod_as_a_whole(self, delta, workload):
        def template(amount):
            return {"containers": [{"name": name, "resources": {"requests": {"cpu": amount}}} for name in "ab"]}

        field = self.only(delta(workload(cpu=1, spec=template("500m")), workload(cpu=2, spec=template("1"))))
        assert field.path == ("spec", "template", "spec")
        assert (field.before, field.after) == ("1 CPU", "2 CPU")

    def test_sizes_come_before_replicas_and_are_counted_at_the_old_number(self, delta, workload):
        # from 2 pods of 1 vCPU to 3 of 2: 2 x 1 vCPU for the size, then 1 x 2 vCPU for the replica
        one = delta(workload(pods=2, cpu=1, memory=0), workload(pods=3, cpu=2, memory=0))
        sizes, replicas = (to_cents(field.change.expected) for field in one.fields)
        hourly = Decimal("0.029305") * 730
        assert (sizes, replicas) == (to_cents(2 * hourly), to_cents(2 * hourly))
        assert [field.what for field in one.fields] == ["cpu", "replicas"]

    def test_prices_come_last(self, delta, workload):
        spot = {"nodeSelector": {"cloud.google.com/gke-spot": "true"}}
        one = delta(workload(pods=2), workload(pods=3, spec=spot))
        assert [field.what for field in one.fields] == ["replicas", "capacity type"]
        assert one.fields[1].path == ("spec", "template", "spec", "nodeSelector")
        assert (one.fields[1].before, one.fields[1].after) == ("on-demand", "spot")
        assert one.fields[0].change.expected > 0 > one.fields[1].change.expected

    def test_a_region(self, delta, workload):
        there = {"nodeSelector": {"topology.kubernetes.io/region": "europe-west1"}}
        field = self.only(delta(workload(), workload(spec=there)))
        assert (field.what, field.before, field.after) == ("region", "us-central1", "europe-west1")

    def test_a_machine(self, delta, workload):
        larger = {"nodeSelector": {"node.kubernetes.io/instance-type": "g2-standard-8"}}
        field = self.only(
            delta(workload(extended={"nvidia.com/gpu": 1}, spec=ON_G2), workload(extended={"nvidia.com/gpu": 1}, spec=larger))
        )
        assert (field.what, field.before, field.after) == ("machine", "g2-standard-4", "g2-standard-8")

    def test_accelerators(self, delta, workload):
        field = self.only(
            delta(workload(extended={"nvidia.com/gpu": 1}, spec=L4), workload(extended={"nvidia.com/gpu": 2}, spec=L4))
        )
        assert (field.what, field.before, field.after) == ("accelerators", "1 × L4", "2 × L4")

    def test_an_autoscaler_s_maximum_moves_only_the_high_end(self, delta, workload):
        before = workload(pods=(3, 3, 6), autoscaler=autoscaler(3, 6))
        one = delta(before, workload(pods=(3, 3, 12), autoscaler=autoscaler(3, 12)))
        field = self.only(one)
        assert (field.path, field.what, field.before, field.after) == ((), "HPA maximum", "6", "12")
        assert (one.change.low, one.change.expected) == (0, 0)
        assert one.change.high > 0

    def test_both_bounds_of_an_autoscaler_take_their_own_ends(self, delta, workload):
        one = delta(
            workload(pods=(2, 2, 6), autoscaler=autoscaler(2, 6)),
            workload(pods=(3, 3, 12), autoscaler=autoscaler(3, 12)),
        )
        assert [field.what for field in one.fields] == ["HPA minimum", "HPA maximum"]
        assert one.fields[0].change.high == one.fields[1].change.expected == 0

    def test_an_autoscaler_that_was_not_there_before(self, delta, workload):
        field = self.only(delta(workload(pods=2), workload(pods=(2, 2, 5), autoscaler=autoscaler(2, 5))))
        assert (field.what, field.before, field.after) == ("HPA", "none", "2 to 5")

    def test_a_group_that_is_new(self, delta, workload):
        both = workload()
        extra = workload(group="workers", pods=2).groups[0]
        field = self.only(delta(both, replace(both, groups=(*both.groups, extra))))
        assert (field.group, field.what, field.before, field.after) == ("workers", "pods", "none", "2 pods")

    def test_the_schedule_of_hours(self, delta, workload):
        where = {"because_path": ("spec", "schedule")}
        field = self.only(
            delta(
                workload(hours=100, because="@daily, 365 runs a year", **where),
                workload(hours=2400, because="@hourly, 8,760 runs a year", **where),
            )
        )
        assert (field.path, field.what) == (("spec", "schedule"), "schedule")
        assert (field.before, field.after) == ("@daily, 365 runs a year", "@hourly, 8,760 runs a year")

    def test_a_job_s_part_is_of_what_is_paid_once(self, delta, workload):
        one = delta(workload(one_off=True, hours=4), workload(one_off=True, hours=8))
        assert one.change == NO_CHANGE
        assert parts(one) == one.one_off

    def test_a_load_balancer(self, delta, workload):
        field = self.only(delta(workload(podless=True), workload(podless=True, load_balancers=(LoadBalancer("", {}),))))
        assert (field.path, field.what, field.before, field.after) == (("spec", "type"), "load balancers", "0", "1")

    def test_volumes_in_the_order_size_count_class(self, delta, workload):
        one = delta(
            workload(podless=True, claims=(claim(100, 3, "standard-rwo"),)),
            workload(podless=True, claims=(claim(200, 4, "premium-rwo"),)),
        )
        # 3 x 100 GiB x 0.10, 1 x 200 GiB x 0.10, 4 x 200 GiB x 0.07
        assert [(field.what, field.change.expected) for field in one.fields] == [
            ("volume size", Decimal(30)),
            ("volumes", Decimal(20)),
            ("storage class", Decimal(56)),
        ]
        assert one.fields[0].path[-3:] == ("resources", "requests", "storage")
        assert (one.fields[0].before, one.fields[0].after) == ("100 GiB", "200 GiB")


class TestVolumesOutlive:
    def stateful(self, workload, policy=None, **more):
        fields = {"persistentVolumeClaimRetentionPolicy": policy} if policy else {}
        return workload("ledger-db", kind="StatefulSet", fields=fields, **more)

    def test_claims_of_another_class_are_said_to_stay_what_they_are(self, delta, workload):
        fast, slow = claim(100, 3, "premium-rwo"), claim(100, 3, "standard-rwo")
        one = delta(self.stateful(workload, claims=(fast,)), self.stateful(workload, claims=(slow,)))
        assert one.notes == (
            "volumes keep their class: the 3 existing claims stay on StorageClass premium-rwo, at its price, until made anew (data)",
        )

    def test_growth_is_priced_and_said_to_be_one_way(self, delta, workload):
        one = delta(self.stateful(workload, claims=(claim(100),)), self.stateful(workload, claims=(claim(500),)))
        assert one.change.expected == Decimal("255.00") - Decimal("51.00")
        assert one.notes == ("disks grow, never shrink: the 3 existing claims stay at 100 GiB until resized (data)",)

    def test_a_scale_down_frees_no_volume(self, delta, workload):
        one = delta(self.stateful(workload, pods=3, claims=(claim(),)), self.stateful(workload, pods=1, claims=(claim(count=1),)))
        assert [field.what for field in one.fields] == ["replicas"]
        assert "volumes outlive a scale-down: claims of data cost until they are deleted" in one.notes

    @pytest.mark.parametrize("policy", [{"whenScaled": "Delete"}, {"whenScaled": "Delete", "whenDeleted": "Retain"}])
    def test_unless_the_retention_policy_says_so(self, delta, workload, policy):
        before = self.stateful(workload, policy, pods=3, claims=(claim(),))
        one = delta(before, self.stateful(workload, policy, pods=1, claims=(claim(count=1),)))
        assert [field.what for field in one.fields] == ["replicas", "volumes"]
        assert not one.notes

    @pytest.mark.parametrize("policy", ["Delete", ["whenScaled"], {"whenScaled": None}, {"whenScaled": 7}])
    def test_a_policy_that_cannot_be_read_retains(self, delta, workload, policy):
        before = self.stateful(workload, policy, claims=(claim(),))
        assert delta(before, self.stateful(workload, policy, claims=(claim(count=1),))).change == NO_CHANGE

    def test_a_disk_does_not_shrink(self, delta, workload):
        one = delta(self.stateful(workload, claims=(claim(500),)), self.stateful(workload, claims=(claim(100),)))
        assert one.change == NO_CHANGE
        assert one.notes == ("disks grow, never shrink: existing claims of data stay at 500 GiB",)

    def test_the_volumes_of_a_removed_stateful_set_stay(self, weigh, workload):
        difference = compare(weigh(self.stateful(workload, claims=(claim(),))), weigh())
        one = difference.workloads[0]
        assert one.kind is Kind.REMOVED
        assert difference.after.total.expected == one.after.total.expected == Decimal("51.00")
        assert one.notes == ("its volumes stay and cost until their claims are deleted",)

    def test_a_removed_deployment_or_claim_leaves_nothing(self, weigh, workload):
        bare = workload("data", kind="PersistentVolumeClaim", api="v1", podless=True, claims=(claim(count=1),))
        difference = compare(weigh(workload(), bare), weigh())
        assert [one.after for one in difference.workloads] == [None, None]
        assert difference.after.total.high == 0

    def test_the_claims_of_other_kinds_follow_their_count(self, delta, workload):
        before = workload(kind="Kafka", api="kafka.strimzi.io/v1", podless=True, claims=(claim(),))
        after = workload(kind="Kafka", api="kafka.strimzi.io/v1", podless=True, claims=(claim(count=1),))
        assert delta(before, after).change.expected == Decimal("-34.00")

    def test_an_ephemeral_volume_goes_with_its_pod(self, delta, workload):
        def with_volume(hours):
            return self.stateful(workload, claims=(claim(100, 1, hours=Span.exactly(hours), ephemeral=True),))

        assert delta(with_volume(730), with_volume(0)).change.expected == Decimal("-17.00")

    def test_a_class_whose_definition_changed_is_a_price(self, delta, workload):
        slow, fast = (StorageClass("disk", "pd.csi.storage.gke.io", {"type": kind}) for kind in ("pd-balanced", "pd-ssd"))
        one = delta(
            workload(podless=True, claims=(claim(storage_class="disk", definition=slow),)),
            workload(podless=True, claims=(claim(storage_class="disk", definition=fast),)),
        )
        assert [(field.what, field.before, field.after) for field in one.fields] == [
            ("storage class", "disk (type pd-balanced)", "disk (type pd-ssd)")
        ]
