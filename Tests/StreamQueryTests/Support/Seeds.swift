/// The four statements operators bring along, letter for letter, and their stream.
enum Seeds {
    static let pageViews = """
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

    static let perMinute = """
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

    static let sessions = """
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

    static let funnel = """
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

    static let all = [pageViews, perMinute, sessions, funnel]
}
