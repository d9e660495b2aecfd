/// The statements that the demo runs on its topics, in order: the shop's page views as ksqlDB, Kafka Streams and Spark would count them, and
/// event sourcing.
package enum DemoStatements {
    /// All of them, as one text.
    package static let text = [
        start, pageViews, perMinute, funnel, streamsTwin, perPage, eventSourcing, seldom, sessions, often,
    ].joined(separator: "\n\n")

    static let start = """
        -- From the first record on, so that there is something to see at once.
        SET 'auto.offset.reset' = 'earliest';
        """

    /// The topic of page views as a stream.
    package static let pageViews = """
        -- Create a stream from the page-views topic
        CREATE STREAM page_views (
            event_id VARCHAR,
            event_type VARCHAR,
            user_id VARCHAR KEY,
            page VARCHAR,
            referrer VARCHAR,
            timestamp VARCHAR
        ) WITH (
            KAFKA_TOPIC = 'page-views',
            VALUE_FORMAT = 'JSON'
        );
        """

    /// Views and visitors of each page, minute by minute.
    package static let perMinute = """
        -- Real-time page view counts per minute
        CREATE TABLE page_views_per_minute AS
            SELECT page,
                   COUNT(*) AS view_count,
                   COUNT_DISTINCT(user_id) AS unique_users,
                   WINDOWSTART AS window_start,
                   WINDOWEND AS window_end
            FROM page_views
            WINDOW TUMBLING (SIZE 1 MINUTE)
            GROUP BY page
            EMIT CHANGES;
        """

    /// How many visitors come how far in the shop.
    package static let funnel = """
        -- Real-time funnel analysis
        CREATE TABLE checkout_funnel AS
            SELECT
                CASE
                    WHEN page = '/products' THEN 'browse'
                    WHEN page = '/cart' THEN 'cart'
                    WHEN page = '/checkout' THEN 'checkout'
                    WHEN page = '/confirmation' THEN 'purchase'
                END AS funnel_step,
                COUNT_DISTINCT(user_id) AS unique_users,
                WINDOWSTART AS window_start
            FROM page_views
            WHERE page IN ('/products', '/cart', '/checkout', '/confirmation')
            WINDOW TUMBLING (SIZE 5 MINUTES)
            GROUP BY CASE
                WHEN page = '/products' THEN 'browse'
                WHEN page = '/cart' THEN 'cart'
                WHEN page = '/checkout' THEN 'checkout'
                WHEN page = '/confirmation' THEN 'purchase'
            END
            EMIT CHANGES;
        """

    /// The Kafka Streams application's topics, key and value as its Java writes them: the windowed counts first, whose keys hold their windows, then
    /// under bare keys.
    static let streamsTwin = """
        -- The Kafka Streams application as statements: counts per minute, records that come late left out. Every update is written, not only the
        -- last one before each commit: an alert is to see the very view that passes 1000.
        SET 'cache.max.bytes.buffering' = '0';
        CREATE TABLE minute_counts WITH (KAFKA_TOPIC = 'page-view-minutes') AS
            SELECT page AS k,
                   AS_VALUE(page) AS `page`,
                   COUNT(*) AS `count`,
                   FORMAT_TIMESTAMP(FROM_UNIXTIME(WINDOWSTART), 'yyyy-MM-dd''T''HH:mm:ssX') AS `window_start`,
                   FORMAT_TIMESTAMP(FROM_UNIXTIME(WINDOWEND), 'yyyy-MM-dd''T''HH:mm:ssX') AS `window_end`
            FROM page_views
            WINDOW TUMBLING (SIZE 1 MINUTE, GRACE PERIOD 0 SECONDS)
            GROUP BY page
            EMIT CHANGES;
        UNSET 'cache.max.bytes.buffering';
        CREATE STREAM minute_updates (`page` VARCHAR, `count` BIGINT, `window_start` VARCHAR, `window_end` VARCHAR)
            WITH (KAFKA_TOPIC = 'page-view-minutes', VALUE_FORMAT = 'JSON');
        CREATE STREAM page_view_counts WITH (KAFKA_TOPIC = 'page-view-counts', KEY_FORMAT = 'KAFKA') AS
            SELECT `page` AS k, AS_VALUE(`page`) AS `page`, `count`, `window_start`, `window_end`
            FROM minute_updates
            PARTITION BY `page`;
        -- The alert repeats with every update of a window above 1000, as in the application.
        CREATE STREAM alerts WITH (KAFKA_TOPIC = 'alerts', KEY_FORMAT = 'KAFKA') AS
            SELECT `page` AS k, 'high_traffic' AS `alert`, AS_VALUE(`page`) AS `page`, `count`
            FROM minute_updates
            WHERE `count` > 1000
            PARTITION BY `page`;
        -- The same on the edge, once a page and minute: a count goes up by one with each view, so it passes 1000 when it is 1001.
        CREATE STREAM busy_minutes WITH (KAFKA_TOPIC = 'busy-minutes', KEY_FORMAT = 'KAFKA') AS
            SELECT `page` AS k, 'high_traffic' AS `alert`, AS_VALUE(`page`) AS `page`, `window_start`
            FROM minute_updates
            WHERE `count` = 1001
            PARTITION BY `page`;
        """

    static let perPage = """
        -- Spark's groupBy("page").count(): no windows, one row a page for ever.
        CREATE TABLE views_per_page AS
            SELECT page, COUNT(*) AS view_count FROM page_views GROUP BY page EMIT CHANGES;
        """

    static let eventSourcing = """
        -- Event sourcing: a balance is the sum of an account's events.
        -- SELECT * FROM balances WHERE account = 'account-1007'; reads one.
        CREATE STREAM account_events (account VARCHAR KEY, type VARCHAR, cents BIGINT)
            WITH (KAFKA_TOPIC = 'account-events', VALUE_FORMAT = 'JSON');
        CREATE TABLE balances AS
            SELECT account,
                   SUM(CASE WHEN type = 'MoneyDeposited' THEN cents WHEN type = 'MoneyWithdrawn' THEN -cents END) AS cents,
                   COUNT(*) AS events
            FROM account_events
            GROUP BY account
            EMIT CHANGES;
        -- Inventory: units ordered of each article, from the orders' lines.
        CREATE STREAM order_events (order_id VARCHAR KEY, st VARCHAR, items ARRAY<STRUCT<sku VARCHAR, n INT>>)
            WITH (KAFKA_TOPIC = 'order-events', VALUE_FORMAT = 'JSON');
        CREATE TABLE units_placed AS
            SELECT items[1]->sku AS sku, SUM(items[1]->n) AS units
            FROM order_events
            WHERE st = 'PLACED'
            GROUP BY items[1]->sku
            EMIT CHANGES;
        """

    private static let seldom = """
        -- Each view writes its visitor's whole sequence again: three times a minute is enough of that.
        SET 'commit.interval.ms' = '20000';
        """
    private static let often = "SET 'commit.interval.ms' = '2000';"

    /// What each visitor looked at, one visit after another.
    package static let sessions = """
        -- Session detection: group events within 30-minute inactivity gap
        CREATE TABLE user_sessions AS
            SELECT user_id,
                   COUNT(*) AS pages_viewed,
                   COLLECT_LIST(page) AS page_sequence,
                   WINDOWSTART AS session_start,
                   WINDOWEND AS session_end
            FROM page_views
            WINDOW SESSION (30 MINUTES)
            GROUP BY user_id
            EMIT CHANGES;
        """
}
