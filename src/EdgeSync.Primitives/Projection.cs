namespace EdgeSync;

/// <summary>
/// <c>Select</c> and <c>Where</c> for all code of EdgeSync. They stand in the outermost namespace, so that the compiler finds them before those of
/// <see cref="System.Linq.Enumerable"/>, with the same meaning.
/// </summary>
/// <remarks>
/// The runtime's own make a generic virtual method for each kind of sequence. Ahead of time, that becomes code for every pair of an element type and a
/// result type in the whole program, used or not: several megabytes of the agent's binary. A plain iterator becomes code for what is used.
/// </remarks>
public static class Projection
{
    /// <summary>Each element turned into something else, when it is asked for.</summary>
    /// <typeparam name="TSource">What the sequence holds.</typeparam>
    /// <typeparam name="TResult">What each element becomes.</typeparam>
    public static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(selector);
        return Iterate(source, selector);
    }

    /// <summary>The elements that fulfil a condition, which is asked as they are read.</summary>
    /// <typeparam name="TSource">What the sequence holds.</typeparam>
    public static IEnumerable<TSource> Where<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(predicate);
        return Filter(source, predicate);
    }

    private static IEnumerable<TSource> Filter<TSource>(IEnumerable<TSource> source, Func<TSource, bool> predicate)
    {
        foreach (var element in source)
        {
            if (predicate(element))
            {
                yield return element;
            }
        }
    }

    private static IEnumerable<TResult> Iterate<TSource, TResult>(IEnumerable<TSource> source, Func<TSource, TResult> selector)
    {
        foreach (var element in source)
        {
            yield return selector(element);
        }
    }
}
