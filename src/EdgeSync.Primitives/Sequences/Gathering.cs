namespace EdgeSync;

/// <summary>Sequences read into collections; the meaning is that of <c>System.Linq</c> (see <see cref="Projection"/>).</summary>
public static class Gathering
{
    /// <summary>A list of the elements.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static List<T> ToList<T>(this IEnumerable<T> source) => new(source);

    /// <summary>An array of the elements.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static T[] ToArray<T>(this IEnumerable<T> source) => new List<T>(source).ToArray();

    /// <summary>A set of the different elements.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static HashSet<T> ToHashSet<T>(this IEnumerable<T> source, IEqualityComparer<T>? comparer = null) => new(source, comparer);

    /// <summary>The elements by their keys. Throws <see cref="ArgumentException"/> where two have one key.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TKey">What they are found by.</typeparam>
    public static Dictionary<TKey, T> ToDictionary<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key, IEqualityComparer<TKey>? comparer = null)
        where TKey : notnull => source.ToDictionary(key, static element => element, comparer);

    /// <summary>What each element gives, by their keys. Throws <see cref="ArgumentException"/> where two have one key.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TKey">What they are found by.</typeparam>
    /// <typeparam name="TValue">What is found.</typeparam>
    public static Dictionary<TKey, TValue> ToDictionary<T, TKey, TValue>(
        this IEnumerable<T> source, Func<T, TKey> key, Func<T, TValue> value, IEqualityComparer<TKey>? comparer = null)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        var result = new Dictionary<TKey, TValue>(comparer);
        foreach (var element in source)
        {
            result.Add(key(element), value(element));
        }

        return result;
    }

    /// <summary>The pairs as a dictionary. Throws <see cref="ArgumentException"/> where two have one key.</summary>
    /// <typeparam name="TKey">What they are found by.</typeparam>
    /// <typeparam name="TValue">What is found.</typeparam>
    public static Dictionary<TKey, TValue> ToDictionary<TKey, TValue>(
        this IEnumerable<KeyValuePair<TKey, TValue>> source, IEqualityComparer<TKey>? comparer = null)
        where TKey : notnull => new(source, comparer);

    /// <summary>The elements in groups of one key, in the order in which the keys first stand.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TKey">What a group has in common.</typeparam>
    public static IReadOnlyList<Group<TKey, T>> GroupBy<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key, IEqualityComparer<TKey>? comparer = null)
        where TKey : notnull => source.GroupBy(key, static element => element, comparer);

    /// <summary>What each element gives, in groups of one key, in the order in which the keys first stand.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TKey">What a group has in common.</typeparam>
    /// <typeparam name="TValue">What the groups hold.</typeparam>
    public static IReadOnlyList<Group<TKey, TValue>> GroupBy<T, TKey, TValue>(
        this IEnumerable<T> source, Func<T, TKey> key, Func<T, TValue> value, IEqualityComparer<TKey>? comparer = null)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        var groups = new List<Group<TKey, TValue>>();
        var byKey = new Dictionary<TKey, Group<TKey, TValue>>(comparer);
        foreach (var element in source)
        {
            var of = key(element);
            if (!byKey.TryGetValue(of, out var group))
            {
                groups.Add(group = byKey[of] = new Group<TKey, TValue>(of));
            }

            group.Add(value(element));
        }

        return groups;
    }
}
