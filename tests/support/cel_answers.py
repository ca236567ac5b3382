"""Expressions in CEL with what an API server answers to each: the unit tests hold ours to it, the end-to-end tests the server's.

``object`` is a ConfigMap with ``data``: memory 1500Mi, cpu 500m, name web-17, empty "".
"""

CONFIG_MAP = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "answers", "labels": {"team": "shop"}},
    "data": {"memory": "1500Mi", "cpu": "500m", "name": "web-17", "empty": ""},
}

ERROR = "error"

ANSWERS = [
    # Quantities.
    ('quantity(object.data.memory).isGreaterThan(quantity("1Gi"))', True),
    ('quantity(object.data.memory).isLessThan(quantity("1.5G"))', False),
    ('quantity(object.data.cpu).compareTo(quantity("0.5")) == 0', True),
    ('quantity(object.data.cpu) == quantity("500m")', True),
    ('quantity("1k") == quantity("1000")', True),
    ('quantity("1Ki") == quantity("1k")', False),
    ('isQuantity("1.3Gi") && !isQuantity("1.3GB")', True),
    ('isQuantity("") || isQuantity("1 Gi")', False),
    ('quantity("1500m").isInteger()', False),
    ('quantity("2").isInteger() && quantity("2").asInteger() == 2', True),
    ('quantity("1.5").asInteger() == 1', ERROR),
    ('quantity("500m").asApproximateFloat() == 0.5', True),
    ('sign(quantity("-1")) == -1 && sign(quantity("0")) == 0 && sign(quantity("3m")) == 1', True),
    ('quantity("1").add(quantity("500m")) == quantity("1500m")', True),
    ('quantity("50k").add(20) == quantity("50020")', True),
    ('quantity("50k").sub(quantity("20k")).sub(1) == quantity("29999")', True),
    ('sign(quantity("lots")) == 1', ERROR),
    ("sign(quantity(object.data.name)) == 1", ERROR),
    # Lists.
    ("[1, 2, 2].isSorted() && !['b', 'a'].isSorted() && [].isSorted()", True),
    ("[1, 3].sum() == 4 && [1.0, 0.5].sum() == 1.5", True),
    ("[3, 1, 2].min() == 1 && [3, 1, 2].max() == 3", True),
    ("['b', 'a'].min() == 'a'", True),
    ("[1, 2, 2, 3].indexOf(2) == 1 && [1, 2, 2, 3].lastIndexOf(2) == 2 && [1].indexOf(9) == -1", True),
    ("['a', 'b'].indexOf('b') == 1", True),
    ("object.data.map(key, key).size() == 4", True),
    # Regular expressions.
    ("object.data.name.find('[0-9]+') == '17'", True),
    ("object.data.name.find('[A-Z]+') == ''", True),
    ("'123 abc 456'.findAll('[0-9]+') == ['123', '456']", True),
    ("'123 abc 456'.findAll('[0-9]+', 1) == ['123']", True),
    ("'123 abc 456'.findAll('[0-9]+', 0) == []", True),
    ("'123 abc 456'.findAll('xyz') == []", True),
    ("object.data.name.matches('^web-[0-9]+$')", True),
    # Texts.
    ("'a,b,c'.split(',').join('-') == 'a-b-c'", True),
    ("'TacoCat'.lowerAscii() == 'tacocat' && 'tacocat'.upperAscii() == 'TACOCAT'", True),
    ("' x '.trim() == 'x' && 'hello'.substring(1, 3) == 'el' && 'hello'.charAt(1) == 'e'", True),
    ("'hello hello'.replace('he', 'we') == 'wello wello' && 'hello hello'.replace('he', 'we', 1) == 'wello hello'", True),
    ("'hello mellow'.indexOf('ello') == 1 && 'hello mellow'.lastIndexOf('ello') == 7", True),
    ("'x'.charAt(5) == ''", ERROR),
    # Sets.
    ("sets.contains([1, 2, 3], [3, 1, 1]) && sets.contains([1], []) && !sets.contains([], [1])", True),
    ("sets.equivalent([1, 2, 2], [2, 1]) && sets.equivalent([], []) && !sets.equivalent([1], [1, 2])", True),
    ("sets.intersects(['a', 'b'], ['b', 'c']) && !sets.intersects(['a'], ['b']) && !sets.intersects([], ['b'])", True),
    ("sets.contains(['shop', 'search'], [object.metadata.labels.team])", True),
    # What is there, and what is not.
    ("has(object.data.memory) && !has(object.data.disk)", True),
    ("object.data.disk == 'x'", ERROR),
    ("has(object.metadata.labels.team) && object.metadata.labels['team'] in ['shop', 'search']", True),
    ("object.?data.?disk.orValue('none') == 'none'", True),
    ("object.data[?'name'].hasValue()", True),
    ("object.data.empty == ''", True),
    ("oldObject == null", True),
    ("object.data.disk == 'x' || true", True),
    ("object.data.disk == 'x' && false", False),
    ("object.data.all(key, key != 'disk') && object.data.exists(key, key == 'cpu')", True),
    ("object.data.exists_one(key, object.data[key] == '')", True),
    ("int(object.data.name) > 1", ERROR),
    ("1 / 0 == 1", ERROR),
]
